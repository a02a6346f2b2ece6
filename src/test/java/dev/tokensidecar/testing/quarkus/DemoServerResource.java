package dev.tokensidecar.testing.quarkus;

import dev.tokensidecar.demo.DemoAuthorizationServer;
import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.process.ChildProcess;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The demo authorization server for the application under test, with a session. It fails when the application starts; a test
 * that needs a token clears the faults first.
 */
public final class DemoServerResource implements QuarkusTestResourceLifecycleManager {

    /** The maximum number of waiters; one more is rejected. */
    public static final int MAX_WAITERS = 150;

    /** The lifetime of an access token. */
    public static final Duration LIFETIME = Duration.ofMinutes(5);

    /** A long grace period, so that a lost response in one test does not end the session of the others. */
    private static final Duration GRACE = Duration.ofHours(1);

    private final Vertx vertx = Vertx.vertx();
    private @Nullable DemoServer demo;

    @Override
    public Map<String, String> start() {
        DemoAuthorizationServer server = DemoAuthorizationServer.start(
                vertx,
                DemoOptions.builder().accessTokenLifetime(LIFETIME).grace(GRACE).build());
        server.faults().always(Fault.status(503).retryAfter(Duration.ofMinutes(5)));
        try {
            Path directory = Files.createTempDirectory("token-sidecar");
            Path secret = Files.writeString(directory.resolve("client-secret"), DemoOptions.CLIENT_SECRET);
            Path seed = Files.writeString(directory.resolve("refresh-token"), server.newSession());
            demo = new DemoServer(server, directory.resolve("rotated"));
            return settings(demo, secret, seed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> settings(DemoServer demo, Path secret, Path seed) {
        return Map.ofEntries(
                Map.entry(
                        "sidecar.token.authorization-server.issuer",
                        demo.server().issuer()),
                Map.entry("sidecar.token.client.id", DemoOptions.CLIENT_ID),
                Map.entry("sidecar.token.client.secret-file", secret.toString()),
                Map.entry("sidecar.token.store.refresh-token-file", seed.toString()),
                Map.entry("sidecar.token.store.file", demo.rotated().toString()),
                Map.entry("sidecar.token.refresh.jitter", "0"),
                Map.entry("sidecar.token.refresh.min-interval", "0s"),
                Map.entry("sidecar.token.refresh.probe-interval", "100ms"),
                Map.entry("sidecar.forward.demo.target", demo.server().issuer()),
                Map.entry("sidecar.forward.demo.port", Integer.toString(ChildProcess.freePort())),
                Map.entry("sidecar.token.http.max-waiters", Integer.toString(MAX_WAITERS)),
                Map.entry("quarkus.vertx.max-event-loop-execute-time", "50ms"));
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(demo, new TestInjector.MatchesType(DemoServer.class));
    }

    @Override
    public void stop() {
        if (demo != null) {
            demo.server().close();
        }
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
