package dev.tokensidecar.config;

import dev.tokensidecar.oauth2.RefreshEndpoint;
import dev.tokensidecar.oauth2.keys.SigningAlgorithm;
import dev.tokensidecar.token.RefreshPolicy;
import java.net.URI;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an operator has set for one token; {@code docs/configuration.md} tells the keys, units and defaults.
 *
 * @param refreshEndpoint where tokens come from instead of an OAuth server; null if they come from one
 */
public record TokenSettings(
        AuthorizationServerSettings authorizationServer,
        @Nullable RefreshEndpoint refreshEndpoint,
        Client client,
        GrantSettings grant,
        RefreshPolicy refresh,
        Store store,
        Http http,
        TokenFile file) {

    /**
     * Where tokens come from; group {@code authorization-server}.
     *
     * @param issuer finds the token endpoint by discovery (RFC 8414, OpenID Connect Discovery); null if the endpoint is given
     * @param tokenEndpoint the endpoint itself (RFC 6749 section 3.2); null if the issuer is given
     * @param connectTimeout limit for name resolution, connection and TLS handshake
     * @param timeout limit for one refresh as a whole
     * @param tlsConfigurationName name of a TLS configuration of {@code quarkus.tls.*}; null for the default trust
     * @param expiresInUnit what {@code expires_in} counts
     * @param expiresAtField field of the answer that tells the end as a point in time; null if there is none
     * @param deviceAuthorizationEndpoint where a device code is asked for (RFC 8628); null to find it by the issuer
     * @param allowPlainHttpEndpoints whether an issuer with TLS may name endpoints without
     * @param deadErrors further errors that mean that the refresh token is dead
     * @param extraHeaders what the server wants in the header of each request
     */
    public record AuthorizationServerSettings(
            @Nullable URI issuer,
            @Nullable URI tokenEndpoint,
            Duration connectTimeout,
            Duration timeout,
            @Nullable String tlsConfigurationName,
            ExpiresInUnit expiresInUnit,
            @Nullable String expiresAtField,
            @Nullable URI deviceAuthorizationEndpoint,
            boolean allowPlainHttpEndpoints,
            List<String> deadErrors,
            Map<String, String> extraHeaders) {}

    /**
     * Who asks; group {@code client}.
     *
     * @param id client identifier (RFC 6749 section 2.2); null if an assertion of somebody else tells it
     * @param secretFile file with the client secret, read at each use; null for a client without one
     * @param authenticationMethod by its registered name (RFC 7591 section 2, RFC 8705 section 2), where it has one
     * @param assertion what is shown in place of a secret
     */
    public record Client(
            @Nullable String id,
            @Nullable Path secretFile,
            AuthenticationMethod authenticationMethod,
            Assertion assertion) {}

    /**
     * How an assertion (RFC 7521 section 4.2) is made, or where one is; group {@code client} too.
     *
     * @param keyFile file with the private key, read at each use; null for none
     * @param keyId how the server calls the key ({@code kid}); null for what the key says itself
     * @param certificateFile file with the certificate of the key; null for none
     * @param signingAlgorithm how to sign; null for what is usual with the key
     * @param audience {@code issuer}, {@code token_endpoint} or the audience itself; null for the first of the two that is set
     * @param file file with an assertion of somebody else, read at each use; null for none
     */
    public record Assertion(
            @Nullable Path keyFile,
            @Nullable String keyId,
            @Nullable Path certificateFile,
            @Nullable SigningAlgorithm signingAlgorithm,
            @Nullable String audience,
            @Nullable Path file) {

        /** {@link #audience} that stands for the issuer. */
        public static final String ISSUER = "issuer";

        /** {@link #audience} that stands for the address of the token endpoint. */
        public static final String TOKEN_ENDPOINT = "token_endpoint";
    }

    /**
     * What is asked for; group {@code grant}.
     *
     * @param scope scope to ask for (RFC 6749 section 3.3); null for the server's choice
     * @param audience logical name of the API, as Auth0 and others take it; null for none
     * @param resource URIs of the APIs (RFC 8707); empty for none
     * @param extraParameters what else this server wants in the request; empty for nothing
     * @param credentials what tokens are first had for, where that is not the client itself
     */
    public record GrantSettings(
            GrantType type,
            @Nullable String scope,
            @Nullable String audience,
            List<String> resource,
            Map<String, String> extraParameters,
            GrantCredentials credentials) {}

    /**
     * What a grant shows beside the client's own credentials; all null where it shows nothing.
     *
     * @param assertionFile file with a JWT that somebody else has signed (RFC 7523)
     * @param subjectTokenFile file with the token to exchange (RFC 8693)
     * @param subjectTokenType what kind of token that is
     * @param requestedTokenType what kind is wanted; null for the server's choice
     * @param username the user whose password is used
     * @param passwordFile file with that password
     */
    public record GrantCredentials(
            @Nullable Path assertionFile,
            @Nullable Path subjectTokenFile,
            String subjectTokenType,
            @Nullable String requestedTokenType,
            @Nullable String username,
            @Nullable Path passwordFile) {}

    /**
     * Where the refresh token is; group {@code store}.
     *
     * @param refreshTokenFile the seed, normally a mounted Secret; null for none
     * @param file writable file that keeps the rotated refresh token; null to keep it in memory
     * @param encryptionKeyFile file with the key that encrypts {@code file}; null to keep it in plain text
     * @param acceptPlainText whether {@code file} may still be in plain text although it is to be encrypted
     * @param timeout how long callers wait for a save
     */
    public record Store(
            @Nullable Path refreshTokenFile,
            @Nullable Path file,
            @Nullable Path encryptionKeyFile,
            boolean acceptPlainText,
            Duration timeout) {

        /** Whether a refresh token is neither read from a file nor written to one. */
        public boolean isVolatile() {
            return refreshTokenFile == null && file == null;
        }
    }

    /**
     * What callers may expect; group {@code http}.
     *
     * @param maxWait how long a caller waits that does not say so itself
     * @param maxWaiters how many may wait at the same time
     */
    public record Http(Duration maxWait, int maxWaiters) {}

    /**
     * A file with the access token, for software that reads files; {@code file} and the keys that begin so.
     *
     * @param path where it is written; null for nowhere
     * @param mode who may read it
     * @param group the group that it is given to, by name or number; null for the one of the process
     */
    public record TokenFile(
            @Nullable Path path,
            Set<PosixFilePermission> mode,
            @Nullable String group,
            FileFormat format) {

        public TokenFile {
            mode = Set.copyOf(mode);
        }
    }

    /** What is in that file. */
    public enum FileFormat {
        TEXT,
        JSON
    }

    /** Units of {@code expires_in}. */
    public enum ExpiresInUnit {
        SECONDS,
        MILLISECONDS
    }

    /** Ways of client authentication. */
    public enum AuthenticationMethod {
        CLIENT_SECRET_BASIC,
        CLIENT_SECRET_POST,
        CLIENT_SECRET_JWT,
        PRIVATE_KEY_JWT,
        TLS_CLIENT_AUTH,
        SELF_SIGNED_TLS_CLIENT_AUTH,
        /** An assertion that somebody else makes. It has no registered name, so it is called as its parameter is. */
        CLIENT_ASSERTION,
        NONE;

        /** Whether the client shows a certificate (RFC 8705 section 2). */
        public boolean mutualTls() {
            return this == TLS_CLIENT_AUTH || this == SELF_SIGNED_TLS_CLIENT_AUTH;
        }
    }

    /** Grants. */
    public enum GrantType {
        REFRESH_TOKEN,
        CLIENT_CREDENTIALS,
        JWT_BEARER,
        TOKEN_EXCHANGE,
        PASSWORD,
        DEVICE_CODE
    }
}
