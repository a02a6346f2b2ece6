package dev.tokensidecar.cluster;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.SeccompProfile;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Checks security contexts and resources: the restricted profile of the Pod Security Standards, and more. */
final class Hardening {

    private final Findings findings;

    Hardening(Findings findings) {
        this.findings = findings;
    }

    void check(Workload workload) {
        PodSpec pod = workload.pod();
        String subject = workload.kind();
        findings.require(isFalse(pod.getAutomountServiceAccountToken()), subject, "has a service account token");
        findings.require(!isTrue(pod.getHostNetwork()), subject, "is in the network of the host");
        findings.require(!isTrue(pod.getHostPID()) && !isTrue(pod.getHostIPC()), subject, "sees the host's processes");
        findings.require(
                pod.getVolumes().stream().allMatch(volume -> volume.getHostPath() == null),
                subject,
                "has a host's path");
        workload.applications()
                .forEach(application -> findings.require(
                        application.getVolumeMounts().stream().noneMatch(mount -> hasAccountToken(mount, pod)),
                        subject + " " + application.getName(),
                        "can use the service account of the sidecar"));
        workload.containers().forEach(container -> check(container, pod));
    }

    /** Whether the mounted volume has a token for the API of Kubernetes. */
    static boolean hasAccountToken(VolumeMount mount, PodSpec pod) {
        return pod.getVolumes().stream()
                .filter(volume -> volume.getName().equals(mount.getName()) && volume.getProjected() != null)
                .flatMap(volume -> volume.getProjected().getSources().stream())
                .anyMatch(source -> source.getServiceAccountToken() != null);
    }

    void check(Container container, PodSpec pod) {
        String subject = container.getName();
        SecurityContext own =
                Optional.ofNullable(container.getSecurityContext()).orElseGet(SecurityContext::new);
        PodSecurityContext shared =
                Optional.ofNullable(pod.getSecurityContext()).orElseGet(PodSecurityContext::new);
        checkPrivileges(subject, own);
        checkUser(subject, own, shared);
        String seccomp = effective(own.getSeccompProfile(), shared.getSeccompProfile(), SeccompProfile::getType);
        findings.require("RuntimeDefault".equals(seccomp), subject, "has no seccomp profile RuntimeDefault");
        findings.require(isTrue(own.getReadOnlyRootFilesystem()), subject, "may write to its image");
        checkResources(subject, container.getResources());
    }

    private void checkPrivileges(String subject, SecurityContext own) {
        findings.require(!isTrue(own.getPrivileged()), subject, "is privileged");
        findings.require(isFalse(own.getAllowPrivilegeEscalation()), subject, "may gain privileges");
        boolean nothing = own.getCapabilities() != null
                && own.getCapabilities().getDrop().contains("ALL")
                && own.getCapabilities().getAdd().isEmpty();
        findings.require(nothing, subject, "has capabilities");
    }

    private void checkUser(String subject, SecurityContext own, PodSecurityContext shared) {
        Boolean nonRoot = effective(own.getRunAsNonRoot(), shared.getRunAsNonRoot(), Function.identity());
        Long user = effective(own.getRunAsUser(), shared.getRunAsUser(), Function.identity());
        findings.require(isTrue(nonRoot) && user != null && user > 0, subject, "may be root");
    }

    private void checkResources(String subject, @Nullable ResourceRequirements resources) {
        Map<String, Quantity> requests = resources == null ? Map.of() : resources.getRequests();
        Map<String, Quantity> limits = resources == null ? Map.of() : resources.getLimits();
        findings.require(requests.keySet().containsAll(List.of("cpu", "memory")), subject, "requests too little");
        findings.require(limits.containsKey("memory"), subject, "has no memory limit");
    }

    /** Returns the value of the container, or else that of its pod. */
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
