package dev.tokensidecar.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever {@code k8s/} makes is something that Kubernetes knows and that nobody has to be afraid of. */
class ManifestsIT {

    static List<Overlay> overlays() {
        return Overlay.all();
    }

    static List<Overlay> examples() {
        return Overlay.examples();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void everyFieldIsOneOfKubernetes(Overlay overlay) {
        assertThat(overlay.objects())
                .isNotEmpty()
                .flatExtracting(UnknownFields::of)
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void theSidecarIsJoinedToThePodAsItHasToBe(Overlay overlay) {
        assertThat(OverlayChecks.ofTheSidecar(overlay)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void theExamplesAreLockedDown(Overlay example) {
        assertThat(example.workloads()).hasSize(1);
        assertThat(OverlayChecks.ofThePods(example)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void theExamplesNeedNothingThatAClusterDoesNotHave(Overlay example) {
        assertThat(example.objects())
                .extracting(object -> object.getApiVersion().replaceFirst("/.*", ""))
                .isSubsetOf("v1", "apps", "batch", "networking.k8s.io");
    }
}
