package dev.tokensidecar.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every overlay of {@code k8s/} is valid and hardened. */
class ManifestsIT {

    static List<Overlay> overlays() {
        return Overlay.all();
    }

    static List<Overlay> examples() {
        return Overlay.examples();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void kubernetesKnowsEveryField(Overlay overlay) {
        assertThat(overlay.objects())
                .isNotEmpty()
                .flatExtracting(UnknownFields::of)
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void theSidecarIsWiredCorrectly(Overlay overlay) {
        assertThat(OverlayChecks.findingsForSidecar(overlay)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void theExamplesAreHardened(Overlay example) {
        assertThat(example.workloads()).hasSize(1);
        assertThat(OverlayChecks.findingsForPods(example)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void theExamplesNeedBuiltInKindsOnly(Overlay example) {
        assertThat(example.objects())
                .extracting(object -> object.getApiVersion().replaceFirst("/.*", ""))
                .isSubsetOf("v1", "apps", "batch", "networking.k8s.io", "policy", "rbac.authorization.k8s.io");
    }
}
