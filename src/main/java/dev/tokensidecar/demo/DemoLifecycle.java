package dev.tokensidecar.demo;

import io.quarkus.arc.profile.IfBuildProfile;
import io.quarkus.runtime.QuarkusBindException;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.util.ExceptionUtil;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Starts the demo authorization server before the sidecar in {@code quarkus:dev}, and logs a user in.
 *
 * <p>{@code -Ddemo.jwt=true} makes the access tokens JWTs.
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

            The demo is running. Its access tokens expire after 30 s. Watch it:

              http://localhost:9191/

            Call the demo API through the sidecar, without a token. Or take the token yourself:

              curl http://localhost:8192/demo/api
              curl http://localhost:8191/token
              cat target/demo/access-token

            The API rejects the current token. Fifty callers, one token request:

              curl -X POST http://localhost:8190/admin/revoke-access-tokens
              seq 50 | xargs -P 50 -I{} curl -s -o /dev/null -w '%{http_code}\\n' http://localhost:8192/demo/api | sort | uniq -c
              curl http://localhost:8190/admin/stats

            The authorization server is down, until you clear its faults:

              curl -X POST http://localhost:8190/admin/faults -d '{"fault":"status","status":503,"always":true}'
              curl -X POST http://localhost:8190/admin/revoke-access-tokens
              curl http://localhost:8192/demo/api                        # no token at the moment
              curl -X DELETE http://localhost:8190/admin/faults          # works again within seconds

            The session ends, and a user logs in anew:

              curl -X POST http://localhost:8190/admin/kill-sessions
              curl -i http://localhost:8192/demo/api                     # 401
              curl http://localhost:8191/status                          # "state":"dead"
              curl -X POST http://localhost:8190/admin/new-session       # works again within 5 s

            More faults, and users whose tokens are exchanged: docs/demo.md
            """;

    private final Vertx vertx;
    private final Optional<String> issuer;
    private final Optional<Path> clientSecretFile;
    private final Optional<Path> refreshTokenFile;
    private final boolean jwt;
    private @Nullable DemoAuthorizationServer server;

    DemoLifecycle(
            Vertx vertx,
            @ConfigProperty(name = "sidecar.token.authorization-server.issuer") Optional<String> issuer,
            @ConfigProperty(name = "sidecar.token.client.secret-file") Optional<Path> clientSecretFile,
            @ConfigProperty(name = "sidecar.token.store.refresh-token-file") Optional<Path> refreshTokenFile,
            @ConfigProperty(name = "demo.jwt", defaultValue = "false") boolean jwt) {
        this.vertx = vertx;
        this.issuer = issuer;
        this.clientSecretFile = clientSecretFile;
        this.refreshTokenFile = refreshTokenFile;
        this.jwt = jwt;
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
                .jwt(jwt)
                .build();
        server = open(options);
        if (clientSecretFile.isPresent()) {
            SecretFileWriter.write(clientSecretFile.get(), DemoOptions.CLIENT_SECRET);
        }
        var unused = server.logIn();
        LOG.info(HINT);
    }

    /** Turns a stack trace into the line with which Quarkus reports a port that is taken. */
    private DemoAuthorizationServer open(DemoOptions options) throws IOException {
        try {
            return DemoAuthorizationServer.start(vertx, options);
        } catch (IllegalStateException failure) {
            if (ExceptionUtil.getRootCause(failure) instanceof BindException taken) {
                throw new QuarkusBindException(options.address(), options.port(), taken);
            }
            throw failure;
        }
    }

    /** Frees the port for the next live reload, also after a failed start, which no shutdown event follows. */
    @PreDestroy
    void stop() {
        if (server != null) {
            server.close();
        }
    }
}
