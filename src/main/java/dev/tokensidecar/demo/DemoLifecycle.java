package dev.tokensidecar.demo;

import io.quarkus.arc.profile.IfBuildProfile;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Starts the demo authorization server before the sidecar in {@code quarkus:dev}, and logs a user in.
 *
 * <p>Does nothing if the sidecar is configured for another authorization server: then the refresh token file is the
 * developer's own.
 */
@Singleton
@IfBuildProfile("dev")
class DemoLifecycle {

    private static final Logger LOG = Logger.getLogger(DemoLifecycle.class);

    private static final int PORT = 8190;
    private static final String ISSUER = "http://localhost:" + PORT;

    private static final String HINT = """

            The demo is running: the sidecar on 8191, an authorization server on 8190 (access tokens expire after 30 s).

              curl http://localhost:8191/token
              curl -H 'Accept: text/plain' http://localhost:8191/token
              curl -H "Authorization: Bearer $(curl -s -H 'Accept: text/plain' http://localhost:8191/token)" http://localhost:8190/api

            A user calls your application with her token. Check it, exchange it, or let a route do that:

              anna=$(curl -s -X POST http://localhost:8190/users/anna/token | sed 's/.*"access_token":"\\([^"]*\\).*/\\1/')
              curl http://localhost:8191/introspect --data-urlencode token=$anna
              curl http://localhost:8191/tokens/orders -d grant_type=urn:ietf:params:oauth:grant-type:token-exchange --data-urlencode subject_token=$anna
              curl -H "Authorization: Bearer $anna" http://localhost:8192/orders/api

            Break something, then ask for a token again:

              curl -X POST http://localhost:8190/admin/faults -d '{"fault":"status","status":503,"times":3}'
              curl -X POST http://localhost:8190/admin/faults -d '{}'        # lists all faults
              curl -X POST http://localhost:8190/admin/revoke-access-tokens   # the API rejects the current token with 401
              curl -X POST http://localhost:8190/admin/kill-sessions          # the refresh token is invalid

            See what happened:

              curl http://localhost:8191/status
              curl http://localhost:8190/admin/stats
              curl http://localhost:9191/q/metrics
              curl http://localhost:9191/q/health
            """;

    private final Vertx vertx;
    private final Optional<String> issuer;
    private final Optional<Path> clientSecretFile;
    private final Optional<Path> refreshTokenFile;
    private @Nullable DemoAuthorizationServer server;

    DemoLifecycle(
            Vertx vertx,
            @ConfigProperty(name = "sidecar.token.authorization-server.issuer") Optional<String> issuer,
            @ConfigProperty(name = "sidecar.token.client.secret-file") Optional<Path> clientSecretFile,
            @ConfigProperty(name = "sidecar.token.store.refresh-token-file") Optional<Path> refreshTokenFile) {
        this.vertx = vertx;
        this.issuer = issuer;
        this.clientSecretFile = clientSecretFile;
        this.refreshTokenFile = refreshTokenFile;
    }

    /** Runs before the sidecar's observers, which have a higher priority number or none. */
    void start(@Observes @Priority(1) StartupEvent event) throws IOException {
        if (!issuer.equals(Optional.of(ISSUER))) {
            LOG.infof("demo authorization server not started issuer=%s expected=%s", issuer.orElse(""), ISSUER);
            return;
        }
        DemoOptions options = DemoOptions.builder()
                .port(PORT)
                .issuer(ISSUER)
                .refreshTokenFile(refreshTokenFile.orElse(null))
                .build();
        server = DemoAuthorizationServer.start(vertx, options);
        if (clientSecretFile.isPresent()) {
            SecretFileWriter.write(clientSecretFile.get(), DemoOptions.CLIENT_SECRET);
        }
        var unused = server.logIn();
        LOG.info(HINT);
    }

    /** Frees the port for the next live reload, also after a failed start, which no shutdown event follows. */
    @PreDestroy
    void stop() {
        if (server != null) {
            server.close();
        }
    }
}
