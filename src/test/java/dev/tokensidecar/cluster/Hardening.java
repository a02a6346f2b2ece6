package dev.tokensidecar.cluster;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.SeccompProfile;
import io.fabric8.kubernetes.api.model.SecurityContext;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a container may not be able to do, and what it may use: the restricted profile of the Pod Security Standards, and more. */
final class Hardening {

    private final Findings findings;

    Hardening(Findings findings) {
        this.findings = findings;
    }

    void judge(Workload workload) {
        PodSpec pod = workload.pod();
        String place = workload.kind();
        findings.unless(isFalse(pod.getAutomountServiceAccountToken()), place, "has a service account token");
        findings.unless(!isTrue(pod.getHostNetwork()), place, "is in the network of the host");
        findings.unless(!isTrue(pod.getHostPID()) && !isTrue(pod.getHostIPC()), place, "sees the host's processes");
        findings.unless(
                pod.getVolumes().stream().allMatch(volume -> volume.getHostPath() == null), place, "has a host's path");
        workload.containers().forEach(container -> judge(container, pod));
    }

    void judge(Container container, PodSpec pod) {
        String place = container.getName();
        SecurityContext own =
                Optional.ofNullable(container.getSecurityContext()).orElseGet(SecurityContext::new);
        PodSecurityContext shared =
                Optional.ofNullable(pod.getSecurityContext()).orElseGet(PodSecurityContext::new);
        judgePrivileges(place, own);
        judgeUser(place, own, shared);
        String seccomp = effective(own.getSeccompProfile(), shared.getSeccompProfile(), SeccompProfile::getType);
        findings.unless("RuntimeDefault".equals(seccomp), place, "has no seccomp profile RuntimeDefault");
        findings.unless(isTrue(own.getReadOnlyRootFilesystem()), place, "may write to its image");
        judgeResources(place, container.getResources());
    }

    private void judgePrivileges(String place, SecurityContext own) {
        findings.unless(!isTrue(own.getPrivileged()), place, "is privileged");
        findings.unless(isFalse(own.getAllowPrivilegeEscalation()), place, "may gain privileges");
        boolean nothing = own.getCapabilities() != null
                && own.getCapabilities().getDrop().contains("ALL")
                && own.getCapabilities().getAdd().isEmpty();
        findings.unless(nothing, place, "has capabilities");
    }

    private void judgeUser(String place, SecurityContext own, PodSecurityContext shared) {
        Boolean nonRoot = effective(own.getRunAsNonRoot(), shared.getRunAsNonRoot(), Function.identity());
        Long user = effective(own.getRunAsUser(), shared.getRunAsUser(), Function.identity());
        findings.unless(isTrue(nonRoot) && user != null && user > 0, place, "may be root");
    }

    private void judgeResources(String place, @Nullable ResourceRequirements resources) {
        Map<String, Quantity> requests = resources == null ? Map.of() : resources.getRequests();
        Map<String, Quantity> limits = resources == null ? Map.of() : resources.getLimits();
        findings.unless(requests.keySet().containsAll(List.of("cpu", "memory")), place, "requests too little");
        findings.unless(limits.containsKey("memory"), place, "has no memory limit");
    }

    /** What a container says goes before what its pod says. */
    private static <T, R> @Nullable R effective(@Nullable T own, @Nullable T shared, Function<T, R> value) {
        return Optional.ofNullable(own)
                .or(() -> Optional.ofNullable(shared))
                .map(value)
                .orElse(null);
    }

    private static boolean isTrue(@Nullable Boolean value) {
        return Objects.equals(value, true);
    }

    private static boolean isFalse(@Nullable Boolean value) {
        return Objects.equals(value, false);
    }
}
