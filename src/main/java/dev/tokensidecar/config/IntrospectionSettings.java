package dev.tokensidecar.config;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One issuer whose tokens the application gets from others: group {@code sidecar.introspection.<name>}.
 * {@code docs/configuration.md} lists the keys, units and defaults.
 *
 * @param issuer the issuer, exactly as its tokens and its metadata spell it
 * @param method how tokens are checked
 * @param audience the names of the application; empty for any audience
 * @param algorithms the signature algorithms that are allowed
 * @param leeway how far the clocks may differ
 * @param tokenType what the header {@code typ} has to say; null for the types of access tokens
 * @param requiredScope the scope that every token needs
 * @param requiredClaims the values that claims have to have
 * @param connectTimeout the time limit for name resolution, and again for connection and TLS handshake together
 * @param timeout the time limit for a whole request
 */
public record IntrospectionSettings(
        URI issuer,
        CheckMethod method,
        Set<String> audience,
        Set<String> algorithms,
        Duration leeway,
        @Nullable String tokenType,
        Set<String> requiredScope,
        Map<String, String> requiredClaims,
        Duration connectTimeout,
        Duration timeout,
        KeySetSettings keys,
        ServerSettings server) {

    public IntrospectionSettings {
        audience = Set.copyOf(audience);
        algorithms = Set.copyOf(algorithms);
        requiredScope = Set.copyOf(requiredScope);
        requiredClaims = Map.copyOf(requiredClaims);
    }

    /** Returns where the keys come from: their own address, or the issuer, whose metadata names it. */
    public URI keySource() {
        return keys.jwksUri() == null ? issuer : keys.jwksUri();
    }

    /** Returns who is asked about tokens: the address of the endpoint, or the issuer, whose metadata names it. */
    public URI askedServer() {
        return server.introspectionEndpoint() == null ? issuer : server.introspectionEndpoint();
    }

    /** How tokens of an issuer are checked. */
    public enum CheckMethod {
        /** All tokens are JWTs, and the keys of the issuer verify them. */
        JWT,
        /** The introspection endpoint of the issuer is asked about every token. */
        SERVER,
        /** JWTs by the keys of the issuer, all other tokens by its introspection endpoint. */
        MIXED;

        /** Whether the keys of the issuer are needed. */
        public boolean usesKeys() {
            return this != SERVER;
        }

        /** Whether the server is asked. */
        public boolean usesServer() {
            return this != JWT;
        }
    }

    /**
     * The keys of the issuer: group {@code keys}.
     *
     * @param jwksUri where they are; null to take it from the issuer's metadata
     * @param refresh how long after a fetch the next one follows
     * @param maxAge how long keys are used without a successful fetch
     * @param tlsConfigurationName the name of a TLS configuration of {@code quarkus.tls.*}; null for the default trust
     */
    public record KeySetSettings(
            @Nullable URI jwksUri,
            Duration refresh,
            Duration maxAge,
            @Nullable String tlsConfigurationName) {}

    /**
     * The server that is asked: group {@code server}.
     *
     * @param client the token whose client authentication is used; null if no server is asked
     * @param introspectionEndpoint where it is asked; null to take it from the issuer's metadata
     * @param maxAnswerAge how long an answer serves further callers
     */
    public record ServerSettings(
            @Nullable String client, @Nullable URI introspectionEndpoint, Duration maxAnswerAge) {}
}
