package dev.tokensidecar.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.config.SidecarSettings;
import dev.tokensidecar.config.SidecarSettings.AuthorizeSettings;
import dev.tokensidecar.gateway.GatewayAuthorization;
import dev.tokensidecar.ingress.AuditTrail;
import dev.tokensidecar.ingress.CallerCredentials;
import dev.tokensidecar.ingress.Entrance;
import dev.tokensidecar.ingress.HttpListener.Versions;
import dev.tokensidecar.ingress.ProblemResponder;
import dev.tokensidecar.token.TokenServices;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The port for gateways. It has no {@code Guard}: requests that a gateway has received have any host and come from any
 * browser. So the secret alone decides, which strangers cannot know.
 */
@Singleton
final class GatewayServer {

    private final Instance<SidecarSettings> settings;
    private final Instance<TokenServices> tokens;
    private final EventLoops loops;
    private final ConnectionTables tables;
    private final ObjectMapper json;
    private final Instance<AuditTrail> audit;
    private @Nullable Vertx vertx;

    GatewayServer(
            Instance<SidecarSettings> settings,
            Instance<TokenServices> tokens,
            EventLoops loops,
            ConnectionTables tables,
            ObjectMapper json,
            Instance<AuditTrail> audit) {
        this.settings = settings;
        this.tokens = tokens;
        this.loops = loops;
        this.tables = tables;
        this.json = json;
        this.audit = audit;
    }

    /** Opens the port. Does nothing if none is configured. */
    void open() {
        AuthorizeSettings authorize = settings.get().authorize();
        if (authorize == null) {
            return;
        }
        Vertx loop = loops.create().getDelegate();
        vertx = loop;
        CallerCredentials credentials =
                new CallerCredentials(null, null, SecretFiles.optional(authorize.callerSecretFile(), "caller secret"));
        Duration maxWait = Objects.requireNonNull(settings.get().tokens().get(authorize.token()))
                .http()
                .maxWait();
        GatewayAuthorization requests = new GatewayAuthorization(
                loop,
                credentials,
                new ProblemResponder(json),
                new GatewayAuthorization.GatewayToken(
                        authorize.token(), Objects.requireNonNull(tokens.get().get(authorize.token())), maxWait),
                audit.get());
        ListenerOpener.openOnLoopback(
                loop,
                authorize.port(),
                Entrance.ofAllTokens("authorize"),
                tables.gateways(),
                Versions.HTTP_1_1,
                requests,
                "sidecar.authorize.port");
    }

    @PreDestroy
    void close() {
        if (vertx != null) {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }
}
