package dev.tokensidecar.config;

import dev.tokensidecar.oauth2.RefreshEndpoint;
import dev.tokensidecar.oauth2.ResponseLocation;
import dev.tokensidecar.oauth2.keys.ProofAlgorithm;
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
 * The settings of one token. {@code docs/configuration.md} lists the keys, units and defaults.
 *
 * @param refreshEndpoint an endpoint that does not speak OAuth; null if an OAuth server issues the tokens
 * @param fields the names of the further fields of a token response that callers can get
 * @param exchange how callers get tokens for their users; null for a token that the sidecar gets for itself
 * @param signedAssertion how the sidecar signs an assertion or an access token; null if it signs neither
 */
public record TokenSettings(
        AuthorizationServerSettings authorizationServer,
        @Nullable RefreshEndpoint refreshEndpoint,
        Client client,
        GrantSettings grant,
        RefreshPolicy refresh,
        Store store,
        Http http,
        TokenFile file,
        List<String> fields,
        @Nullable Exchange exchange,
        @Nullable SignedAssertion signedAssertion) {

    /**
     * The server that issues the tokens: group {@code authorization-server}.
     *
     * @param issuer for discovery of the token endpoint (RFC 8414, OpenID Connect Discovery); null if the endpoint is set
     * @param tokenEndpoint the endpoint itself (RFC 6749 section 3.2); null if the issuer is set
     * @param connectTimeout the time limit for name resolution, and again for connection and TLS handshake together
     * @param timeout the time limit for a whole refresh
     * @param maxResponseBody the maximum size of the body of a response, in bytes
     * @param tlsConfigurationName the name of a TLS configuration of {@code quarkus.tls.*}; null for the default trust
     * @param expiresInUnit the unit of {@code expires_in}
     * @param expiresAtField the response field with the expiry as a point in time; null for none
     * @param deviceAuthorizationEndpoint issues device codes (RFC 8628); null to take it from the issuer's metadata
     * @param authorizationEndpoint where a person logs in (RFC 6749 section 3.1); null to take it from the issuer's
     *     metadata
     * @param allowPlainHttpEndpoints whether the metadata of an {@code https} issuer may name {@code http} endpoints
     * @param deadErrors further error codes that mean that the refresh token is invalid
     * @param errorCode where an error response has its code; null for the usual places
     * @param errorDescription where it has an explanation; null for the usual places
     * @param extraHeaders further headers of each request to the server
     */
    public record AuthorizationServerSettings(
            @Nullable URI issuer,
            @Nullable URI tokenEndpoint,
            Duration connectTimeout,
            Duration timeout,
            int maxResponseBody,
            @Nullable String tlsConfigurationName,
            ExpiresInUnit expiresInUnit,
            @Nullable String expiresAtField,
            @Nullable URI deviceAuthorizationEndpoint,
            @Nullable URI authorizationEndpoint,
            boolean allowPlainHttpEndpoints,
            List<String> deadErrors,
            @Nullable ResponseLocation errorCode,
            @Nullable ResponseLocation errorDescription,
            Map<String, String> extraHeaders) {}

    /**
     * How the sidecar authenticates at the authorization server: group {@code client}.
     *
     * @param id the client identifier (RFC 6749 section 2.2); null if an assertion of another issuer contains it
     * @param secretFile the file with the client secret, read at each use; null for a client without a secret
     * @param authenticationMethod the client authentication method
     * @param basicEncoding how id and secret are encoded in HTTP Basic
     * @param assertion replaces the secret in methods that use an assertion
     * @param dpop how token requests are proven; null for requests without proofs
     */
    public record Client(
            @Nullable String id,
            @Nullable Path secretFile,
            AuthenticationMethod authenticationMethod,
            BasicEncoding basicEncoding,
            Assertion assertion,
            @Nullable DpopSettings dpop) {}

    /**
     * The proofs of possession of a key (RFC 9449): group {@code client.dpop}.
     *
     * @param algorithm the signature algorithm; null for the one that fits the key, or the default for one that is made
     * @param keyFile the file with the private key, read for each token request; null for a key that the sidecar makes
     */
    public record DpopSettings(
            @Nullable ProofAlgorithm algorithm, @Nullable Path keyFile) {}

    /**
     * An assertion (RFC 7521 section 4.2), signed by the sidecar or read from a file: also group {@code client}.
     *
     * @param keyFile the file with the private key, read at each use; null for none
     * @param keyId the server's name for the key ({@code kid}); null for the {@code kid} of a JWK
     * @param certificateFile the file with the certificate of the key; null for none
     * @param signingAlgorithm the signature algorithm; null for the one that suits the key
     * @param audience {@code issuer}, {@code token_endpoint} or the audience itself; null for the issuer if it is set,
     *     else the token endpoint
     * @param file the file with an assertion of another issuer, read at each use; null for none
     */
    public record Assertion(
            @Nullable Path keyFile,
            @Nullable String keyId,
            @Nullable Path certificateFile,
            @Nullable SigningAlgorithm signingAlgorithm,
            @Nullable String audience,
            @Nullable Path file) {

        /** The {@link #audience} that stands for the issuer. */
        public static final String ISSUER = "issuer";

        /** The {@link #audience} that stands for the address of the token endpoint. */
        public static final String TOKEN_ENDPOINT = "token_endpoint";
    }

    /**
     * What the sidecar requests: group {@code grant}.
     *
     * @param scope the requested scope (RFC 6749 section 3.3); null for the server's choice
     * @param audience the logical name of the API, for Auth0 and others; null for none
     * @param resource the URIs of the APIs (RFC 8707); empty for none
     * @param extraParameters further parameters of the request; empty for none
     * @param credentials what the grant presents besides the client's own credentials
     */
    public record GrantSettings(
            GrantType type,
            @Nullable String scope,
            @Nullable String audience,
            List<String> resource,
            Map<String, String> extraParameters,
            GrantCredentials credentials) {}

    /**
     * What a grant presents besides the client's own credentials. Values that the grant does not use are null.
     *
     * @param assertionFile the file with a JWT of another issuer (RFC 7523)
     * @param subjectTokenFile the file with the token to exchange (RFC 8693)
     * @param subjectTokenType the type of that token; never null
     * @param requestedTokenType the type of the requested token; null for the server's choice
     * @param username the user of the {@code password} grant
     * @param passwordFile the file with that user's password
     */
    public record GrantCredentials(
            @Nullable Path assertionFile,
            @Nullable Path subjectTokenFile,
            String subjectTokenType,
            @Nullable String requestedTokenType,
            @Nullable String username,
            @Nullable Path passwordFile) {}

    /**
     * Where the sidecar finds and saves the refresh token: group {@code store}. Never both in a file and in a Secret.
     *
     * @param refreshTokenFile the first refresh token (seed), normally a mounted Secret; null for none
     * @param file the writable file with the newest refresh token; null for none
     * @param encryptionKeyFile the file with the key that encrypts the store; null for plain text
     * @param acceptPlainText whether the store may be plain text although an encryption key is set
     * @param timeout how long callers wait until a new refresh token is saved
     * @param kubernetes the Secret with the record of the session, which other pods share; null for none
     */
    public record Store(
            @Nullable Path refreshTokenFile,
            @Nullable Path file,
            @Nullable Path encryptionKeyFile,
            boolean acceptPlainText,
            Duration timeout,
            @Nullable KubernetesSecret kubernetes) {

        /** Whether the sidecar neither reads a refresh token from anywhere nor saves one. */
        public boolean isVolatile() {
            return refreshTokenFile == null && file == null && kubernetes == null;
        }
    }

    /**
     * The Secret of Kubernetes with the record of a session: group {@code store.kubernetes}.
     *
     * @param namespace null for the namespace of the pod
     * @param claimRequired whether a refresh token must not be presented while the API server does not respond
     * @param encryptionRequired whether the record must not be plain text
     */
    public record KubernetesSecret(
            String name, @Nullable String namespace, boolean claimRequired, boolean encryptionRequired) {

        /** Whether both may be the same Secret. The namespace of the pod is unknown here. */
        boolean mayBe(KubernetesSecret other) {
            return name.equals(other.name)
                    && (namespace == null || other.namespace == null || namespace.equals(other.namespace));
        }
    }

    /**
     * Limits waiting callers: group {@code http}.
     *
     * @param maxWait how long a caller waits for a token, unless its request says otherwise
     * @param maxWaiters how many callers may wait at the same time
     */
    public record Http(Duration maxWait, int maxWaiters) {}

    /**
     * A file with the access token, for software that reads files: {@code file} and the keys that begin with it.
     *
     * @param path the path of the file; null for no file
     * @param mode the mode of the file, that is, who may read it
     * @param group the group of the file, by name or number; null for the default of the system
     * @param field the further field that the file contains; null for the access token
     */
    public record TokenFile(
            @Nullable Path path,
            Set<PosixFilePermission> mode,
            @Nullable String group,
            FileFormat format,
            @Nullable String field) {

        public TokenFile {
            mode = Set.copyOf(mode);
        }
    }

    /**
     * How callers get tokens for their users: group {@code exchange}.
     *
     * @param callerParameters the form fields that callers may choose freely
     * @param assertionToken the token whose result is the assertion for this one; null if callers bring the assertion
     * @param maxConcurrent how many exchanges run at the same time
     * @param cacheSize how much memory the exchanged tokens may take, in bytes
     * @param rejectionMemory how long a rejected token of a user is remembered
     */
    public record Exchange(
            Set<String> callerParameters,
            @Nullable String assertionToken,
            int maxConcurrent,
            int cacheSize,
            Duration rejectionMemory) {

        public Exchange {
            callerParameters = Set.copyOf(callerParameters);
        }
    }

    /**
     * A JWT that the sidecar signs, as the assertion of a grant (RFC 7523) or as an access token: group
     * {@code grant.assertion}.
     *
     * @param keyFile the file with the private key, read at each use; null for a service account
     * @param serviceAccountFile the key file of a Google service account, read at each use; null for none
     * @param keyId the server's name for the key ({@code kid}); null for the one that the key names, if any
     * @param signingAlgorithm the signature algorithm; null for the one that suits the key
     * @param issuer {@code iss}; null for the client id, or the name of the service account
     * @param subject {@code sub}; null for the default of the grant
     * @param audience {@code aud}; null for the default of the grant
     * @param scopeClaim whether the scope is a claim, and not a parameter of the request
     * @param claims further claims
     * @param lifetime the time until {@code exp}
     * @param clockSkew how far {@code iat} lies in the past
     */
    public record SignedAssertion(
            @Nullable Path keyFile,
            @Nullable Path serviceAccountFile,
            @Nullable String keyId,
            @Nullable SigningAlgorithm signingAlgorithm,
            @Nullable String issuer,
            @Nullable String subject,
            @Nullable String audience,
            boolean scopeClaim,
            Map<String, String> claims,
            Duration lifetime,
            Duration clockSkew) {}

    /** Where the token comes from that a grant presents. */
    public enum SubjectSource {
        FILE,
        REQUEST
    }

    /** The content of the token file. */
    public enum FileFormat {
        /** The access token alone. */
        TEXT,
        /** An object with the access token, its expiry and scope. */
        JSON,
        /** A secret that Envoy watches. */
        ENVOY_SDS
    }

    /** Units of {@code expires_in}. */
    public enum ExpiresInUnit {
        SECONDS,
        MILLISECONDS
    }

    /** Client authentication methods, by their registered names (RFC 7591 section 2, RFC 8705 section 2). */
    public enum AuthenticationMethod {
        CLIENT_SECRET_BASIC,
        CLIENT_SECRET_POST,
        CLIENT_SECRET_JWT,
        PRIVATE_KEY_JWT,
        TLS_CLIENT_AUTH,
        SELF_SIGNED_TLS_CLIENT_AUTH,
        /** An assertion of another issuer. Named after its parameter, because the method has no registered name. */
        CLIENT_ASSERTION,
        NONE;

        /** Whether the client presents a certificate (RFC 8705 section 2). */
        public boolean mutualTls() {
            return this == TLS_CLIENT_AUTH || this == SELF_SIGNED_TLS_CLIENT_AUTH;
        }
    }

    /** How client id and secret are encoded before they become HTTP Basic credentials. */
    public enum BasicEncoding {
        /** Form encoding, as RFC 6749 section 2.3.1 demands. */
        FORM,
        /** As they are, as in HTTP Basic without OAuth. */
        NONE
    }

    /** The grants for the first token. */
    public enum GrantType {
        REFRESH_TOKEN,
        CLIENT_CREDENTIALS,
        JWT_BEARER,
        TOKEN_EXCHANGE,
        PASSWORD,
        DEVICE_CODE,
        /** The sidecar signs the access token itself, and requests nothing. */
        SELF_SIGNED;

        /** Whether the refresh token is worth keeping, because the sidecar cannot get another one by itself. */
        boolean keepsRefreshToken() {
            return this == REFRESH_TOKEN || this == DEVICE_CODE;
        }

        /** Whether somebody presents a JWT: the sidecar to a server, or callers to an API. */
        boolean presentsJwt() {
            return this == JWT_BEARER || this == SELF_SIGNED;
        }
    }
}
