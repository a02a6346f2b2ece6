package dev.tokensidecar.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplate;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The chart renders what kustomize renders for the same choice. */
class ChartIT {

    private static final Helm HELM = new Helm();
    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    /** The chart of the application has a Deployment and a CronJob. */
    private static final Set<String> OTHER_WORKLOADS = Set.of("StatefulSet", "DaemonSet", "Job");

    @Test
    void anApplicationGetsWhatTheComponentAdds() {
        Overlay chart =
                HELM.shop("{token-sidecar: {networkPolicy: {enabled: true}, monitoring: {scrapeAnnotations: true}}}");

        assertThat(objects(chart)).isEqualTo(objects(Overlay.test("component")));
    }

    @Test
    void anApplicationOfAFleetGetsWhatTheComponentsAdd() {
        Overlay chart = HELM.shop("""
                token-sidecar:
                  namePrefix: south-
                  fleet: {enabled: true, serviceAccountName: south-token-sidecar}
                  networkPolicy: {enabled: true}
                  settings: {SIDECAR_TOKEN_GRANT_SCOPE: "invoices:read"}
                """);
        Map<String, String> rendered = objects(chart);
        Map<String, String> expected = objects(Overlay.test("fleet"));

        assertThat(expected.remove("ServiceAccount south-token-sidecar")).isNotNull();
        assertThat(rendered.remove("Pod south-token-sidecar-test")).isNotNull();
        assertThat(rendered).isEqualTo(expected);
    }

    @Test
    void theMonitoringIsThatOfTheKustomization() {
        Overlay chart = HELM.chart("{monitoring: {podMonitor: true, alerts: true, dashboard: true}}");

        assertThat(objects(chart)).hasSize(3).isEqualTo(objects(Overlay.monitoring()));
    }

    @Test
    void eachPartOfTheMonitoringIsAChoice() {
        assertThat(objects(HELM.chart("{monitoring: {alerts: true, labels: {release: prometheus}}}")))
                .hasEntrySatisfying(
                        "PrometheusRule token-sidecar",
                        rule -> assertThat(rule)
                                .contains("release: \"prometheus\"", "app.kubernetes.io/name: \"token-sidecar\""))
                .hasSize(1);
    }

    @Test
    void thePoliciesOfTheInjectionAreThoseOfTheKustomization() {
        assertThat(objects(HELM.chart("{injection: {policies: true}}")))
                .hasSize(4)
                .isEqualTo(objects(Overlay.injection()));
    }

    @Test
    void theParametersOfTheInjectionAreThoseOfTheKustomization() {
        Overlay chart = HELM.chart("{injection: {parameters: true}, fleet: {enabled: true}}");
        Map<String, String> objects = objects(chart);

        assertThat(objects.remove("Pod token-sidecar-test")).isNotNull();
        assertThat(objects).hasSize(5).isEqualTo(objects(Overlay.test("injection")));
    }

    @Test
    void theManagementPolicyIsThatOfTheKustomization() {
        assertThat(HELM.chart("{managementPolicy: {enabled: true}}").all(NetworkPolicy.class))
                .singleElement()
                .extracting(NetworkPolicy::getSpec)
                .isEqualTo(Overlay.test("native")
                        .all(NetworkPolicy.class)
                        .getFirst()
                        .getSpec());
    }

    @Test
    void thePoliciesTakeTheAddressesOfThisCluster() {
        NetworkPolicy policy = HELM.chart("""
                prometheusNamespace: metrics
                networkPolicy:
                  enabled: true
                  authorizationServer: [{to: [{ipBlock: {cidr: 192.0.2.1/32}}], ports: [{port: 8443}]}]
                """).all(NetworkPolicy.class).getFirst();

        assertThat(policy.getSpec()
                        .getIngress()
                        .getFirst()
                        .getFrom()
                        .getFirst()
                        .getNamespaceSelector()
                        .getMatchLabels())
                .containsValue("metrics");
        assertThat(policy.getSpec().getEgress()).hasSize(2);
        assertThat(policy.getSpec()
                        .getEgress()
                        .getLast()
                        .getPorts()
                        .getFirst()
                        .getPort()
                        .getIntVal())
                .isEqualTo(8443);
    }

    @Test
    void podSecurityIsThatOfTheExamples() {
        PodSpec example = Overlay.example("job").workload("Job").pod();
        PodSpec pod = HELM.shop("{podSecurity: true}").workload("Deployment").pod();

        assertThat(pod.getSecurityContext()).isEqualTo(example.getSecurityContext());
        assertThat(pod.getAutomountServiceAccountToken()).isEqualTo(example.getAutomountServiceAccountToken());
    }

    @Test
    void aVolumeForTheStateIsThatOfTheExample() {
        PodSpec example = Overlay.example("deployment").workload("Deployment").pod();
        PodSpec pod = HELM.shop("""
                podSecurity: true
                token-sidecar: {state: {persistentVolumeClaim: {claimName: token-sidecar-state}}}
                """).workload("Deployment").pod();

        assertThat(pod.getSecurityContext()).isEqualTo(example.getSecurityContext());
        assertThat(pod.getVolumes())
                .filteredOn(Volume::getName, "token-sidecar-state")
                .isEqualTo(example.getVolumes().stream()
                        .filter(volume -> volume.getName().equals("token-sidecar-state"))
                        .toList());
    }

    @Test
    void imageAndResourcesAreValues() {
        var sidecar = HELM.shop("""
                token-sidecar:
                  image: {repository: registry.example.net/token-sidecar, tag: 1.2.3}
                  resources: {limits: {memory: 256Mi}}
                """).workload("CronJob").sidecar();

        assertThat(sidecar.getImage()).isEqualTo("registry.example.net/token-sidecar:1.2.3");
        assertThat(sidecar.getResources().getLimits()).hasToString("{memory=256Mi}");
        assertThat(sidecar.getResources().getRequests()).isEmpty();
    }

    @Test
    void newSettingsMakeNewPods() {
        String one = checksum("{}");
        String other = checksum("{token-sidecar: {settings: {SIDECAR_TOKEN_GRANT_SCOPE: read}}}");

        assertThat(checksum("{token-sidecar: {networkPolicy: {enabled: true}}}"))
                .isEqualTo(one)
                .isNotEqualTo(other);
    }

    private static String checksum(String values) {
        return Objects.requireNonNull(HELM.shop(values)
                .workload("Deployment")
                .template()
                .getMetadata()
                .getAnnotations()
                .get("checksum/token-sidecar"));
    }

    @Test
    void settingsAreTheConfigMapOfTheSidecar() {
        Overlay chart = HELM.shop("{token-sidecar: {settings: {SIDECAR_TOKEN_HTTP_MAX_WAITERS: \"500\", OTHER: x}}}");

        assertThat(chart.all(ConfigMap.class))
                .filteredOn(map -> map.getMetadata().getName().equals("token-sidecar"))
                .singleElement()
                .satisfies(map -> assertThat(map.getData())
                        .containsOnly(Map.entry("SIDECAR_TOKEN_HTTP_MAX_WAITERS", "500"), Map.entry("OTHER", "x")));
        assertThat(new Settings(chart).of(chart.workload("Deployment").sidecar()))
                .containsEntry("SIDECAR_TOKEN_HTTP_MAX_WAITERS", "500");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            settings: {SIDECAR_TOKEN_SCOPE: read}           | SIDECAR_TOKEN_SCOPE
            settings: {SIDECAR_TOKEN_GRANT_TYPE: implicit}  | SIDECAR_TOKEN_GRANT_TYPE
            settings: {SIDECAR_TOKEN_HTTP_MAX_WAITERS: 500} | SIDECAR_TOKEN_HTTP_MAX_WAITERS
            settings: {sidecar.token.client.id: x}          | settings
            settings: {SIDECAR_FORWARD_ORDERS_URL: x}       | settings
            sttings: {}                                     | sttings
            namePrefix: south                               | namePrefix
            {fleet: {enabled: true}, state: {emptyDir: {}}} | not
            """)
    void wrongValuesAreRejected(String values, String named) {
        assertThatThrownBy(() -> HELM.chart(values))
                .hasMessageContaining("schema")
                .hasMessageContaining(named);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{settings: {SIDECAR_TOKEN_REFRESH_ENDPOINT_SESSION_OVER_STATUSES: \"401,440\", SIDECAR_TOKENS_MY_API_FILE: /run/x, QUARKUS_LOG_LEVEL: INFO}}",
                "{fleet: {enabled: true}, networkPolicy: {enabled: true}, managementPolicy: {enabled: true}}",
                "{injection: {policies: true, parameters: true}, monitoring: {podMonitor: true, alerts: true, dashboard: true}}",
            })
    void theLinterFindsNothing(String values) {
        assertThat(Helm.lint(values)).contains("0 chart(s) failed");
    }

    @Test
    void theTestPodIsHardenedAndWired() {
        Overlay chart = HELM.chart("{injection: {parameters: true}, fleet: {enabled: true}}");
        Pod pod = chart.all(Pod.class).getFirst();

        assertThat(pod.getMetadata().getAnnotations()).containsEntry("helm.sh/hook", "test");
        assertThat(pod.getSpec().getInitContainers())
                .isEqualTo(chart.all(PodTemplate.class)
                        .getFirst()
                        .getTemplate()
                        .getSpec()
                        .getInitContainers());
        assertThat(UnknownFields.of(pod)).isEmpty();
        Findings findings = new Findings();
        Hardening hardening = new Hardening(findings);
        pod.getSpec().getContainers().forEach(container -> hardening.check(container, pod.getSpec()));
        pod.getSpec().getInitContainers().forEach(container -> hardening.check(container, pod.getSpec()));
        assertThat(findings.all()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {injection: {parameters: true}}                                                                   | 0
            {injection: {parameters: true}, settings: {SIDECAR_TOKEN_GRANT_TYPE: device_code}}                | 0
            {injection: {parameters: true}, settings: {SIDECAR_TOKEN_GRANT_TYPE: client_credentials}}         | 1
            {injection: {policies: true}, settings: {SIDECAR_TOKEN_GRANT_TYPE: client_credentials}}           | 0
            """)
    void theTestPodNeverPresentsARefreshTokenThatAnotherPodHas(String values, int pods) {
        assertThat(HELM.chart(values).all(Pod.class)).hasSize(pods);
    }

    @Test
    void helmKeepsTheSession() {
        assertThat(HELM.chart("{fleet: {enabled: true}}").all(Secret.class))
                .singleElement()
                .satisfies(secret -> assertThat(secret.getMetadata().getAnnotations())
                        .containsEntry("helm.sh/resource-policy", "keep"));
    }

    @Test
    void kubernetesKnowsEveryField() {
        assertThat(HELM.chart(
                                "{injection: {policies: true, parameters: true}, fleet: {enabled: true}, networkPolicy: {enabled: true}, monitoring: {podMonitor: true, alerts: true, dashboard: true}}")
                        .objects())
                .hasSize(14)
                .flatExtracting(UnknownFields::of)
                .isEmpty();
    }

    /** Returns the objects by kind and name, without what is different by intention. */
    private static Map<String, String> objects(Overlay overlay) {
        return Overlay.of(
                        overlay.name(),
                        overlay.yaml()
                                // kustomize renames a ConfigMap with each change; the pods of the chart have a checksum
                                .replaceAll("(token-sidecar(?:-defaults)?)-[2-9bcdfghkmt]{10}\\b", "$1")
                                .replaceAll("(?m)^ +checksum/token-sidecar: .*\n", "")
                                .replaceAll("(?m)^ +helm.sh/resource-policy: .*\n", "")
                                .replaceAll("(?m)^ +annotations:\\s*\n(?= +labels:)", ""))
                .objects()
                .stream()
                .filter(object -> !OTHER_WORKLOADS.contains(object.getKind()))
                .collect(Collectors.toMap(
                        object -> object.getKind() + " " + object.getMetadata().getName(), ChartIT::text));
    }

    /** Helm knows the namespace of a release, and the manifests need not name it. */
    private static String text(HasMetadata object) {
        object.getMetadata().setNamespace(null);
        if (object instanceof RoleBinding binding) {
            binding.getSubjects().forEach(subject -> subject.setNamespace(null));
        }
        return YAML.asYaml(object);
    }
}
