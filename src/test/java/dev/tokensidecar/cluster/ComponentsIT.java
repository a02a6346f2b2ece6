package dev.tokensidecar.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplate;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the components of {@code k8s/} change in the manifests of applications, and what they leave unchanged. */
class ComponentsIT {

    private static final Overlay COMPONENT = Overlay.test("component");
    private static final Overlay NATIVE = Overlay.test("native");
    private static final Overlay CLASSIC = Overlay.test("classic");

    @Test
    void everyKindOfWorkloadGetsTheSameContainer() {
        assertThat(COMPONENT.workloads())
                .extracting(Workload::kind)
                .containsExactlyInAnyOrder("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob");
        assertThat(COMPONENT.workloads()).extracting(Workload::sidecar).containsOnly(definition());
        assertThat(COMPONENT.workloads())
                .extracting(workload -> workload.pod().getVolumes().stream()
                        .filter(volume -> volume.getName().startsWith(Workload.SIDECAR))
                        .toList())
                .containsOnly(List.copyOf(volumes(Overlay.example("job").workload("Job"))));
    }

    private static Container definition() {
        return Overlay.example("deployment").workload("Deployment").sidecar();
    }

    private static List<Volume> volumes(Workload workload) {
        return workload.pod().getVolumes();
    }

    @Test
    void theDefinitionIsNotApplied() {
        assertThat(Overlay.all())
                .filteredOn(overlay -> !overlay.workloads().isEmpty())
                .allSatisfy(
                        overlay -> assertThat(overlay.all(PodTemplate.class)).isEmpty());
    }

    @Test
    void settingsOfTheApplicationStayUnchanged() {
        Workload shop = COMPONENT.workload("Deployment");
        PodSpec pod = shop.pod();

        assertThat(pod.getServiceAccountName()).isEqualTo("shop");
        assertThat(pod.getTerminationGracePeriodSeconds()).isEqualTo(60);
        assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(4711);
        assertThat(pod.getSecurityContext().getFsGroup()).isEqualTo(4712);
        assertThat(pod.getVolumes()).extracting(Volume::getName).startsWith("data");
        assertThat(shop.containers())
                .extracting(Container::getName)
                .containsExactly("token-sidecar", "migrate", "web", "worker");
        assertThat(pod.getContainers().getFirst().getEnv().getFirst().getName()).isEqualTo("LANG");
        assertThat(shop.template().getMetadata().getLabels()).containsEntry("app", "shop");
    }

    @Test
    void unsetFieldsOfTheApplicationStayUnset() {
        PodSpec pod = COMPONENT.workload("StatefulSet").pod();

        assertThat(pod.getServiceAccountName()).isNull();
        assertThat(pod.getTerminationGracePeriodSeconds()).isNull();
        assertThat(pod.getSecurityContext()).isNull();
        assertThat(pod.getAutomountServiceAccountToken()).isNull();
    }

    @Test
    void theNativeComponentDiffersInTagAndResourcesOnly() {
        Container nativeOne = NATIVE.workload("CronJob").sidecar();

        assertThat(NATIVE.workloads()).extracting(Workload::sidecar).containsOnly(nativeOne);
        assertThat(nativeOne.getImage())
                .isEqualTo(definition().getImage().replace(".com/", ".net/mirror/") + "-native");
        assertThat(nativeOne.getResources().getLimits()).hasToString("{memory=128Mi}");
        assertThat(new ContainerBuilder(nativeOne)
                        .withImage(definition().getImage())
                        .withResources(definition().getResources())
                        .withEnv(definition().getEnv())
                        .withEnvFrom(definition().getEnvFrom())
                        .build())
                .isEqualTo(definition());
    }

    @Test
    void anOverlayCanSetItsOwnNamesAndSettings() {
        Map<String, String> settings =
                new Settings(NATIVE).of(NATIVE.workload("Job").sidecar());

        assertThat(settings)
                .containsEntry("SIDECAR_SHUTDOWN_GRACE_PERIOD", "15s")
                .containsEntry("SIDECAR_TOKEN_CLIENT_ID", "shop");
    }

    @Test
    void theClassicContainerDiffersInPositionAndHookOnly() {
        Container classic = CLASSIC.workload("StatefulSet").sidecar();

        assertThat(CLASSIC.workloads()).extracting(Workload::isNative).containsOnly(false);
        assertThat(new ContainerBuilder(classic)
                        .withLifecycle(null)
                        .withRestartPolicy("Always")
                        .withResources(definition().getResources())
                        .withEnvFrom(definition().getEnvFrom())
                        .build())
                .isEqualTo(definition());
        assertThat(classic.getLifecycle().getPostStart().getExec().getCommand())
                .containsExactly("java", "-jar", "/app/quarkus-run.jar", "probe", "started", "--wait=60s");
        assertThat(new Settings(CLASSIC).of(classic)).containsEntry("SIDECAR_SHUTDOWN_PRE_STOP_DELAY", "10s");
    }

    @Test
    void prometheusFindsThePodsAndCanReachThem() {
        NetworkPolicy policy = COMPONENT.all(NetworkPolicy.class).getFirst();

        assertThat(COMPONENT.workloads()).extracting(Workload::template).allSatisfy(template -> {
            assertThat(template.getMetadata().getLabels())
                    .containsAllEntriesOf(policy.getSpec().getPodSelector().getMatchLabels());
            assertThat(template.getMetadata().getAnnotations())
                    .containsEntry("prometheus.io/port", "9191")
                    .containsEntry("prometheus.io/path", "/q/metrics");
        });
        assertThat(policy.getSpec().getIngress())
                .singleElement()
                .satisfies(rule -> assertThat(rule.getPorts())
                        .singleElement()
                        .satisfies(
                                port -> assertThat(port.getPort().getIntVal()).isEqualTo(9191)));
    }

    @Test
    void theManagementPolicyRestrictsOnePortOnly() {
        NetworkPolicySpec policy = NATIVE.all(NetworkPolicy.class).getFirst().getSpec();

        assertThat(policy.getPolicyTypes()).containsExactly("Ingress");
        assertThat(open(policy.getIngress().getLast(), "TCP", 9191)).isFalse();
        assertThat(policy.getIngress().getLast().getFrom()).isNullOrEmpty();
        for (int port : List.of(1, 80, 8080, 9190, 9192, 65535)) {
            assertThat(open(policy.getIngress().getLast(), "TCP", port)).isTrue();
        }
        assertThat(open(policy.getIngress().getFirst(), "TCP", 9191)).isTrue();
        assertThat(policy.getIngress().getFirst().getFrom()).hasSize(1);
    }

    private static boolean open(NetworkPolicyIngressRule rule, String protocol, int port) {
        return rule.getPorts().stream()
                .filter(range -> range.getProtocol().equals(protocol))
                .anyMatch(range -> {
                    int first = range.getPort().getIntVal();
                    int last = range.getEndPort() == null ? first : range.getEndPort();
                    return first <= port && port <= last;
                });
    }
}
