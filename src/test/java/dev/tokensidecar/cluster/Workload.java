package dev.tokensidecar.cluster;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A workload whose pods have a sidecar.
 *
 * @param kind the kind, {@code Deployment} for instance
 * @param template the template of its pods
 */
public record Workload(String kind, PodTemplateSpec template) {

    static final String SIDECAR = "token-sidecar";

    static Optional<Workload> of(HasMetadata object) {
        PodTemplateSpec template = switch (object) {
            case Deployment deployment -> deployment.getSpec().getTemplate();
            case StatefulSet statefulSet -> statefulSet.getSpec().getTemplate();
            case DaemonSet daemonSet -> daemonSet.getSpec().getTemplate();
            case Job job -> job.getSpec().getTemplate();
            case CronJob cronJob -> cronJob.getSpec().getJobTemplate().getSpec().getTemplate();
            default -> null;
        };
        return Optional.ofNullable(template).map(it -> new Workload(object.getKind(), it));
    }

    /** Returns the spec of the pod. */
    public PodSpec pod() {
        return template.getSpec();
    }

    /** Returns the containers in the order in which the kubelet starts them. */
    List<Container> containers() {
        return Stream.concat(pod().getInitContainers().stream(), pod().getContainers().stream())
                .toList();
    }

    /** Returns the container of the sidecar. */
    public Container sidecar() {
        return containers().stream()
                .filter(Workload::isSidecar)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(kind + " without a sidecar"));
    }

    /** Returns whether the container is a native sidecar (an init container that restarts). */
    boolean isNative() {
        return pod().getInitContainers().stream().anyMatch(Workload::isSidecar);
    }

    /** Returns the containers that can request tokens. Init containers cannot if the sidecar is an ordinary container. */
    public List<Container> applications() {
        return (isNative() ? containers() : pod().getContainers())
                .stream().filter(container -> !isSidecar(container)).toList();
    }

    private static boolean isSidecar(Container container) {
        return container.getName().equals(SIDECAR);
    }
}
