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

/** How the sidecar is joined to its pod: order, probes, ports, settings, and what the application gets. */
final class Wiring {

    private static final String ENDPOINT = "http://localhost:8191/token";
    private static final int MANAGEMENT_PORT = 9191;
    private static final Duration ANSWERS_ON_THEIR_WAY = Duration.ofSeconds(5);
    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(30);
    private static final int DAY = 24 * 60 * 60;

    private final Findings findings;
    private final Set<String> variables;

    /** @param variables that the sidecar knows */
    Wiring(Findings findings, Set<String> variables) {
        this.findings = findings;
        this.variables = variables;
    }

    void judge(Workload workload, Overlay overlay) {
        String place = workload.kind();
        Container sidecar = workload.sidecar();
        judgeOrder(workload, sidecar);
        findings.unless(
                "true".equals(workload.template().getMetadata().getLabels().get("tokensidecar.dev/scrape")),
                place,
                "has no label for the PodMonitor");
        judgeProbes(sidecar);
        workload.applications()
                .forEach(application -> findings.unless(
                        ENDPOINT.equals(literal(application, "TOKEN_ENDPOINT")),
                        place + " " + application.getName(),
                        "does not know the token endpoint"));
        Map<String, String> settings = new Settings(overlay).of(sidecar);
        settings.keySet().stream()
                .filter(name -> !variables.contains(name) && !name.startsWith("QUARKUS_"))
                .forEach(name -> findings.unless(false, place, "sets " + name + ", which is no key"));
        judgeEnd(workload, settings);
    }

    private void judgeOrder(Workload workload, Container sidecar) {
        String place = workload.kind();
        List<Container> own = workload.isNative()
                ? workload.pod().getInitContainers()
                : workload.pod().getContainers();
        findings.unless(own.getFirst().equals(sidecar), place, "has something before the sidecar");
        if (workload.isNative()) {
            findings.unless("Always".equals(sidecar.getRestartPolicy()), place, "ends the sidecar before it begins");
        } else {
            findings.unless(!Set.of("Job", "CronJob").contains(place), place, "never ends");
            Lifecycle hooks = sidecar.getLifecycle();
            findings.unless(hooks != null && hooks.getPostStart() != null, place, "does not wait for the first token");
        }
    }

    private void judgeProbes(Container sidecar) {
        judgeProbe("startupProbe", sidecar, sidecar.getStartupProbe(), "/q/health/started");
        judgeProbe("readinessProbe", sidecar, sidecar.getReadinessProbe(), "/q/health/ready");
        judgeProbe("livenessProbe", sidecar, sidecar.getLivenessProbe(), "/q/health/live");
        Probe startup = sidecar.getStartupProbe();
        boolean patient = startup != null
                && Objects.requireNonNullElse(startup.getFailureThreshold(), 3)
                                * Objects.requireNonNullElse(startup.getPeriodSeconds(), 10)
                        >= DAY;
        findings.unless(patient, SIDECAR, "is restarted while the authorization server is down");
    }

    private void judgeProbe(String name, Container sidecar, @Nullable Probe probe, String path) {
        boolean right = probe != null
                && probe.getHttpGet() != null
                && path.equals(probe.getHttpGet().getPath())
                && MANAGEMENT_PORT
                        == number(sidecar, probe.getHttpGet().getPort().getValue());
        findings.unless(right, SIDECAR, "has no " + name + " at 9191" + path);
    }

    private static int number(Container container, Object port) {
        return container.getPorts().stream()
                .filter(it -> it.getName() != null && it.getName().equals(port))
                .mapToInt(ContainerPort::getContainerPort)
                .findFirst()
                .orElseGet(() -> port instanceof Integer number ? number : 0);
    }

    private void judgeEnd(Workload workload, Map<String, String> settings) {
        Duration needed = duration(settings, "SIDECAR_SHUTDOWN_PRE_STOP_DELAY", "0s")
                .plus(duration(settings, "SIDECAR_SHUTDOWN_GRACE_PERIOD", "25s"))
                .plus(ANSWERS_ON_THEIR_WAY);
        Long seconds = workload.pod().getTerminationGracePeriodSeconds();
        Duration given = seconds == null ? DEFAULT_GRACE : Duration.ofSeconds(seconds);
        findings.unless(
                needed.compareTo(given) < 0,
                workload.kind(),
                "kills the sidecar after " + given + ", which may need " + needed);
    }

    private static Duration duration(Map<String, String> settings, String name, String otherwise) {
        return Duration.parse("PT" + settings.getOrDefault(name, otherwise));
    }

    private static @Nullable String literal(Container container, String name) {
        List<EnvVar> found = container.getEnv().stream()
                .filter(variable -> variable.getName().equals(name))
                .toList();
        return found.size() == 1 ? found.getFirst().getValue() : null;
    }
}
