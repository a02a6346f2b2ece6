package dev.tokensidecar.demo;

import io.vertx.core.net.KeyCertOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the demo authorization server behaves when nothing is wrong.
 *
 * @param port where it listens on 127.0.0.1; 0 for any free port
 * @param issuer what it calls itself; null for its own address
 * @param accessTokenLife life of an access token, sent as {@code expires_in}
 * @param refreshTokenLife life of an unused refresh token, sent as {@code refresh_expires_in}; null for no end
 * @param grace how long the previous refresh token may be presented again
 * @param rotation whether each refresh yields a new refresh token
 * @param jwt whether access tokens have the shape of a JWT
 * @param scope what sessions and clients are granted
 * @param clientSecrets the confidential clients and their secrets
 * @param publicClients the clients that have no secret
 * @param certificate what it shows, over TLS; null for plain HTTP
 * @param clock the time
 */
public record DemoOptions(
        int port,
        @Nullable String issuer,
        Duration accessTokenLife,
        @Nullable Duration refreshTokenLife,
        Duration grace,
        boolean rotation,
        boolean jwt,
        String scope,
        Map<String, String> clientSecrets,
        Set<String> publicClients,
        @Nullable KeyCertOptions certificate,
        InstantSource clock) {

    /** The confidential client that every demo server knows. */
    public static final String CLIENT_ID = "demo-client";

    /** Its secret. */
    public static final String CLIENT_SECRET = "demo-secret";

    /** The public client that every demo server knows. */
    public static final String PUBLIC_CLIENT_ID = "demo-public";

    /** Copies the collections. */
    public DemoOptions {
        clientSecrets = Map.copyOf(clientSecrets);
        publicClients = Set.copyOf(publicClients);
    }

    /** A free port, access tokens of 30 seconds, strict rotation. */
    public static DemoOptions defaults() {
        return builder().build();
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects options that differ from the defaults. */
    public static final class Builder {
        private int port;
        private @Nullable String issuer;
        private Duration accessTokenLife = Duration.ofSeconds(30);
        private @Nullable Duration refreshTokenLife;
        private Duration grace = Duration.ZERO;
        private boolean rotation = true;
        private boolean jwt;
        private String scope = "read write";
        private final Map<String, String> clientSecrets = new HashMap<>(Map.of(CLIENT_ID, CLIENT_SECRET));
        private final Set<String> publicClients = new HashSet<>(Set.of(PUBLIC_CLIENT_ID));
        private @Nullable KeyCertOptions certificate;
        private InstantSource clock = InstantSource.system();

        private Builder() {}

        public Builder port(int number) {
            port = number;
            return this;
        }

        public Builder issuer(String url) {
            issuer = url;
            return this;
        }

        public Builder accessTokenLife(Duration life) {
            accessTokenLife = life;
            return this;
        }

        public Builder refreshTokenLife(Duration life) {
            refreshTokenLife = life;
            return this;
        }

        public Builder grace(Duration window) {
            grace = window;
            return this;
        }

        public Builder rotation(boolean on) {
            rotation = on;
            return this;
        }

        public Builder jwt(boolean on) {
            jwt = on;
            return this;
        }

        public Builder scope(String granted) {
            scope = granted;
            return this;
        }

        /** Adds a confidential client. */
        public Builder client(String id, String secret) {
            clientSecrets.put(id, secret);
            return this;
        }

        /** Adds a public client. */
        public Builder publicClient(String id) {
            publicClients.add(id);
            return this;
        }

        public Builder certificate(KeyCertOptions shown) {
            certificate = shown;
            return this;
        }

        public Builder clock(InstantSource time) {
            clock = time;
            return this;
        }

        public DemoOptions build() {
            return new DemoOptions(
                    port,
                    issuer,
                    accessTokenLife,
                    refreshTokenLife,
                    grace,
                    rotation,
                    jwt,
                    scope,
                    clientSecrets,
                    publicClients,
                    certificate,
                    clock);
        }
    }
}
