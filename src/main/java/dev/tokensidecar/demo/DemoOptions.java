package dev.tokensidecar.demo;

import io.vertx.core.net.KeyCertOptions;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The behavior of the demo authorization server without faults.
 *
 * @param address the IP address to listen on
 * @param port the port on that address; 0 for any free port
 * @param issuer the issuer; null for the server's own URL
 * @param accessTokenLifetime the lifetime of access tokens, sent as {@code expires_in}
 * @param refreshTokenLifetime the lifetime of unused refresh tokens, sent as {@code refresh_expires_in}; null for unlimited
 * @param grace the grace period, in which the previous refresh token may be presented again
 * @param rotation whether each refresh rotates the refresh token
 * @param jwt whether access tokens are JWTs
 * @param clientSecrets the confidential clients and their secrets
 * @param assertionKeys the public keys that verify assertions (RFC 7523), by issuer
 * @param refreshTokenFile receives the first refresh token of each {@linkplain DemoAuthorizationServer#logIn login}, readable
 *     by its owner only; null for no file
 * @param certificate the TLS certificate; null for plain HTTP
 * @param clock the clock of the server
 */
public record DemoOptions(
        String address,
        int port,
        @Nullable String issuer,
        Duration accessTokenLifetime,
        @Nullable Duration refreshTokenLifetime,
        Duration grace,
        boolean rotation,
        boolean jwt,
        Map<String, String> clientSecrets,
        Map<String, PublicKey> assertionKeys,
        @Nullable Path refreshTokenFile,
        @Nullable KeyCertOptions certificate,
        InstantSource clock) {

    /** The confidential client that every demo server knows. */
    public static final String CLIENT_ID = "demo-client";

    /** The secret of {@link #CLIENT_ID}. */
    public static final String CLIENT_SECRET = "demo-secret";

    /** The public client that every demo server knows. */
    public static final String PUBLIC_CLIENT_ID = "demo-public";

    /** The address that only this machine reaches. */
    static final String LOOPBACK = "127.0.0.1";

    /** The scope granted to every session and client. */
    static final String SCOPE = "read write";

    public DemoOptions {
        clientSecrets = Map.copyOf(clientSecrets);
        assertionKeys = Map.copyOf(assertionKeys);
    }

    /** Returns the defaults: a free port on 127.0.0.1, access tokens that expire after 30 seconds, strict rotation. */
    public static DemoOptions defaults() {
        return builder().build();
    }

    /** Returns a builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects the options that differ from the defaults. */
    public static final class Builder {
        private String address = LOOPBACK;
        private int port;
        private @Nullable String issuer;
        private Duration accessTokenLifetime = Duration.ofSeconds(30);
        private @Nullable Duration refreshTokenLifetime;
        private Duration grace = Duration.ZERO;
        private boolean rotation = true;
        private boolean jwt;
        private final Map<String, String> clientSecrets = new HashMap<>(Map.of(CLIENT_ID, CLIENT_SECRET));
        private final Map<String, PublicKey> assertionKeys = new HashMap<>();
        private @Nullable Path refreshTokenFile;
        private @Nullable KeyCertOptions certificate;
        private InstantSource clock = InstantSource.system();

        private Builder() {}

        public Builder address(String ipAddress) {
            address = ipAddress;
            return this;
        }

        public Builder port(int portNumber) {
            port = portNumber;
            return this;
        }

        /** Null for the server's own URL. */
        public Builder issuer(@Nullable String url) {
            issuer = url;
            return this;
        }

        public Builder accessTokenLifetime(Duration lifetime) {
            accessTokenLifetime = lifetime;
            return this;
        }

        public Builder refreshTokenLifetime(Duration lifetime) {
            refreshTokenLifetime = lifetime;
            return this;
        }

        public Builder grace(Duration period) {
            grace = period;
            return this;
        }

        public Builder rotation(boolean enabled) {
            rotation = enabled;
            return this;
        }

        public Builder jwt(boolean enabled) {
            jwt = enabled;
            return this;
        }

        /** Adds a confidential client. */
        public Builder client(String id, String secret) {
            clientSecrets.put(id, secret);
            return this;
        }

        /** Accepts assertions of this issuer. */
        public Builder assertionKey(String issuerName, PublicKey key) {
            assertionKeys.put(issuerName, key);
            return this;
        }

        /** Null for no file. */
        public Builder refreshTokenFile(@Nullable Path file) {
            refreshTokenFile = file;
            return this;
        }

        public Builder certificate(KeyCertOptions keyCertOptions) {
            certificate = keyCertOptions;
            return this;
        }

        public Builder clock(InstantSource instantSource) {
            clock = instantSource;
            return this;
        }

        public DemoOptions build() {
            return new DemoOptions(
                    address,
                    port,
                    issuer,
                    accessTokenLifetime,
                    refreshTokenLifetime,
                    grace,
                    rotation,
                    jwt,
                    clientSecrets,
                    assertionKeys,
                    refreshTokenFile,
                    certificate,
                    clock);
        }
    }
}
