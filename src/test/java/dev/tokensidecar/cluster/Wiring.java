package dev.tokensidecar.cluster;

import static dev.tokensidecar.cluster.Workload.SIDECAR;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Lifecycle;
import io.fabric8.kubernetes.api.model.Probe;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks how the sidecar fits into its pod: order, probes, ports, settings, and what the application gets. */
final class Wiring {

    private static final String ENDPOINT = "http://localhost:8191/token";
    private static final int MANAGEMENT_PORT = 9191;
    private static final Duration RESPONSES_IN_FLIGHT = Duration.ofSeconds(5);
    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(30);
    private static final int DAY = 24 * 60 * 60;

    private final Findings findings;
    private final Set<String> variables;

    /** @param variables the environment variables that the sidecar knows */
    Wiring(Findings findings, Set<String> variables) {
        this.findings = findings;
        this.variables = variables;
    }

    void check(Workload workload, Overlay overlay) {
        String subject = workload.kind();
        Container sidecar = workload.sidecar();
        checkOrder(workload, sidecar);
        findings.require(
                "true".equals(workload.template().getMetadata().getLabels().get("token-sidecar.dev/scrape")),
                subject,
                "has no label for the PodMonitor");
        checkProbes(sidecar);
        workload.applications()
                .forEach(application -> findings.require(
                        ENDPOINT.equals(literal(application, "TOKEN_ENDPOINT")),
                        subject + " " + application.getName(),
                        "does not know the token endpoint"));
        Map<String, String> settings = new Settings(overlay).of(sidecar);
        settings.keySet().stream()
                .filter(name -> !variables.contains(name) && !name.startsWith("QUARKUS_"))
                .forEach(name -> findings.require(false, subject, "sets " + name + ", which is no key"));
        checkShutdown(workload, settings);
    }

    private void checkOrder(Workload workload, Container sidecar) {
        String subject = workload.kind();
        List<Container> siblings = workload.isNative()
                ? workload.pod().getInitContainers()
                : workload.pod().getContainers();
        findings.require(siblings.getFirst().equals(sidecar), subject, "has something before the sidecar");
        if (workload.isNative()) {
            findings.require("Always".equals(sidecar.getRestartPolicy()), subject, "ends the sidecar before it begins");
        } else {
            findings.require(!Set.of("Job", "CronJob").contains(subject), subject, "never ends");
            Lifecycle hooks = sidecar.getLifecycle();
            findings.require(
                    hooks != null && hooks.getPostStart() != null, subject, "does not wait for the first token");
        }
    }

    private void checkProbes(Container sidecar) {
        checkProbe("startupProbe", sidecar, sidecar.getStartupProbe(), "/q/health/started");
        checkProbe("readinessProbe", sidecar, sidecar.getReadinessProbe(), "/q/health/ready");
        checkProbe("livenessProbe", sidecar, sidecar.getLivenessProbe(), "/q/health/live");
        Probe startup = sidecar.getStartupProbe();
        boolean patient = startup != null
                && Objects.requireNonNullElse(startup.getFailureThreshold(), 3)
                                * Objects.requireNonNullElse(startup.getPeriodSeconds(), 10)
                        >= DAY;
        findings.require(patient, SIDECAR, "is restarted while the authorization server is down");
    }

    private void checkProbe(String name, Container sidecar, @Nullable Probe probe, String path) {
        boolean correct = probe != null
                && probe.getHttpGet() != null
                && path.equals(probe.getHttpGet().getPath())
                && MANAGEMENT_PORT
                        == number(sidecar, probe.getHttpGet().getPort().getValue());
        findings.require(correct, SIDECAR, "has no " + name + " at 9191" + path);
    }

    private static int number(Container container, Object port) {
        return container.getPorts().stream()
                .filter(it -> it.getName() != null && it.getName().equals(port))
                .mapToInt(ContainerPort::getContainerPort)
                .findFirst()
                .orElseGet(() -> port instanceof Integer number ? number : 0);
    }

    private void checkShutdown(Workload workload, Map<String, String> settings) {
        Duration needed = duration(settings, "SIDECAR_SHUTDOWN_PRE_STOP_DELAY", "0s")
                .plus(duration(settings, "SIDECAR_SHUTDOWN_GRACE_PERIOD", "25s"))
                .plus(RESPONSES_IN_FLIGHT);
        Long seconds = workload.pod().getTerminationGracePeriodSeconds();
        Duration given = seconds == null ? DEFAULT_GRACE : Duration.ofSeconds(seconds);
        findings.require(
                needed.compareTo(given) < 0,
                workload.kind(),
                "kills the sidecar after " + given + ", which may need " + needed);
    }

    private static Duration duration(Map<String, String> settings, String name, String defaultValue) {
        return Duration.parse("PT" + settings.getOrDefault(name, defaultValue));
    }

    private static @Nullable String literal(Container container, String name) {
        List<EnvVar> found = container.getEnv().stream()
                .filter(variable -> variable.getName().equals(name))
                .toList();
        return found.size() == 1 ? found.getFirst().getValue() : null;
    }
}
