package dev.tokensidecar.cluster;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/** Checks that nobody outside the pod can reach tokens or the credentials behind them. */
final class Exposure {

    private static final int TOKEN_PORT = 8191;
    private static final int MANAGEMENT_PORT = 9191;
    /** {@code KUBERNETES_SECRET} is the name of an object. */
    private static final Pattern CREDENTIAL =
            Pattern.compile(".*((?<!KUBERNETES_)SECRET|PASSWORD|REFRESH_TOKEN|ASSERTION|_KEY)");

    private final Findings findings;

    Exposure(Findings findings) {
        this.findings = findings;
    }

    void check(Overlay overlay) {
        overlay.all(Service.class).forEach(this::check);
        overlay.all(ConfigMap.class)
                .forEach(map -> map.getData()
                        .keySet()
                        .forEach(name -> findings.require(
                                !CREDENTIAL.matcher(name).matches(), "ConfigMap", "has a credential: " + name)));
        overlay.workloads().forEach(this::check);
    }

    private void check(Service service) {
        for (ServicePort port : service.getSpec().getPorts()) {
            Object target = port.getTargetPort() == null
                    ? port.getPort()
                    : port.getTargetPort().getValue();
            findings.require(!Objects.equals(target, TOKEN_PORT), "Service", "leads to the token port");
        }
    }

    private void check(Workload workload) {
        for (Container container : workload.containers()) {
            String subject = workload.kind() + " " + container.getName();
            List<Integer> ports = container.getPorts().stream()
                    .map(ContainerPort::getContainerPort)
                    .toList();
            findings.require(!ports.contains(TOKEN_PORT), subject, "tells the token port");
            container
                    .getEnv()
                    .forEach(variable -> findings.require(
                            variable.getValue() == null
                                    || !CREDENTIAL.matcher(variable.getName()).matches(),
                            subject,
                            "has a credential: " + variable.getName()));
        }
        List<ContainerPort> ports = workload.sidecar().getPorts();
        boolean one = ports.size() == 1 && Objects.equals(ports.getFirst().getContainerPort(), MANAGEMENT_PORT);
        findings.require(one, workload.kind(), "has another port than 9191");
        findings.require(
                ports.stream().allMatch(port -> port.getHostPort() == null),
                workload.kind(),
                "opens a port of the host");
    }
}
