package dev.tokensidecar.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.core.FakeAuthorizationServer;
import dev.tokensidecar.testing.core.FakeStore;
import dev.tokensidecar.testing.core.Policies;
import dev.tokensidecar.testing.time.VirtualTime;
import dev.tokensidecar.token.AccessTokenPublisher;
import dev.tokensidecar.token.Session;
import dev.tokensidecar.token.TokenListener;
import dev.tokensidecar.token.TokenRuntime;
import dev.tokensidecar.token.TokenService;
import dev.tokensidecar.token.TokenServices;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.health.api.HealthRegistry;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.health.HealthCheck;
import org.junit.jupiter.api.Test;

class HealthChecksTest {

    /** Outlives the application, as the registries of the library do in dev mode. */
    private static final class NamesOfChecks implements HealthRegistry {
        private final Set<String> names = new TreeSet<>();

        @Override
        public HealthRegistry register(String name, HealthCheck check) {
            names.add(name);
            return this;
        }

        @Override
        public HealthRegistry register(String name, AsyncHealthCheck check) {
            names.add(name);
            return this;
        }

        @Override
        public HealthRegistry remove(String name) {
            names.remove(name);
            return this;
        }
    }

    private final NamesOfChecks startup = new NamesOfChecks();
    private final NamesOfChecks readiness = new NamesOfChecks();

    @Test
    void tokenThatALiveReloadRemovesLeavesNoCheckBehind() {
        HealthChecks before = new HealthChecks(startup, readiness);
        before.add(new TokenServices(Map.of("default", service("default"), "orders", service("orders"))));
        assertThat(startup.names).containsExactly("default", "orders");
        assertThat(readiness.names).containsExactly("default", "orders");

        before.remove();
        new HealthChecks(startup, readiness).add(new TokenServices(Map.of("default", service("default"))));

        assertThat(startup.names).containsExactly("default");
        assertThat(readiness.names).containsExactly("default");
    }

    private static TokenService service(String name) {
        VirtualTime time = new VirtualTime();
        TokenRuntime runtime = new TokenRuntime(time, new Random(1), time, Runnable::run);
        return new TokenService(
                name,
                new FakeAuthorizationServer(),
                new Session(new FakeStore(), Duration.ofSeconds(2), FakeStore.PROCESS, runtime),
                Policies.DEFAULT,
                1,
                connections -> Collections.nCopies(connections.size(), ""),
                runtime,
                new TokenListener() {},
                AccessTokenPublisher.NONE);
    }
}
