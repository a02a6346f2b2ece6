package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.config.SidecarSettings.PodSettings;
import dev.tokensidecar.token.ProcessId;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProcessIdsTest {

    private static final Map<String, String> ENVIRONMENT = Map.of("HOSTNAME", "orders-0");

    private static ProcessId next(@Nullable String name, @Nullable String uid) {
        return ProcessIds.next(new PodSettings(name, uid), ENVIRONMENT);
    }

    @Test
    void aRestartedProcessReplacesTheOneBeforeInItsPod() {
        assertThat(next(null, "9a1c").replaces(next(null, "9a1c"))).isTrue();
        assertThat(next(null, "9a1c").replaces(next(null, "b4f0"))).isFalse();
    }

    /** A pod of a StatefulSet has the name of the one before, which may still run on a node that is cut off. */
    @Test
    void theNameOfAPodIsNoProof() {
        assertThat(next(null, null).replaces(next(null, null))).isFalse();
        assertThat(next("orders-0", null).replaces(next("orders-0", null))).isFalse();
    }

    @Test
    void theNameIsThatOfThePodOrOfTheHost() {
        assertThat(next("orders-7d9f", null).name()).isEqualTo("orders-7d9f");
        assertThat(next(null, null).name()).isEqualTo("orders-0");
        assertThat(ProcessIds.next(new PodSettings(null, null), Map.of()).name())
                .isEqualTo("localhost");
    }
}
