package dev.tokensidecar.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountTokenProjection;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code k8s/fleet} gives the pods that share a session, and what it does not give them. */
class FleetIT {

    private static final Overlay TEST = Overlay.test("fleet");
    private static final Overlay EXAMPLE = Overlay.example("fleet");

    /** Where every client of Kubernetes looks for its service account. */
    private static final String ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

    static List<Overlay> fleets() {
        return List.of(TEST, EXAMPLE, Overlay.example("fleet-cronjob"));
    }

    private static Secret session(Overlay fleet) {
        return fleet.all(Secret.class).stream()
                .filter(secret -> secret.getMetadata().getName().endsWith("token-sidecar-session"))
                .findFirst()
                .orElseThrow();
    }

    private static String name(HasMetadata object) {
        return object.getMetadata().getName();
    }

    @ParameterizedTest
    @MethodSource("fleets")
    void theRoleAllowsThisOneSecretAndEventsOnly(Overlay fleet) {
        PolicyRule secret = new PolicyRuleBuilder()
                .withApiGroups("")
                .withResources("secrets")
                .withResourceNames(name(session(fleet)))
                .withVerbs("get", "patch", "watch")
                .build();
        PolicyRule events = new PolicyRuleBuilder()
                .withApiGroups("")
                .withResources("events")
                .withVerbs("create")
                .build();

        assertThat(fleet.all(Role.class))
                .singleElement()
                .satisfies(role -> assertThat(role.getRules()).containsExactly(secret, events));
    }

    @ParameterizedTest
    @MethodSource("fleets")
    void theRoleIsBoundToTheServiceAccountOfTheOverlay(Overlay fleet) {
        ServiceAccount account = fleet.all(ServiceAccount.class).getFirst();
        RoleBinding binding = fleet.all(RoleBinding.class).getFirst();

        assertThat(binding.getRoleRef().getName())
                .isEqualTo(name(fleet.all(Role.class).getFirst()));
        assertThat(binding.getSubjects())
                .containsExactly(new Subject(
                        null,
                        "ServiceAccount",
                        name(account),
                        account.getMetadata().getNamespace()));
        assertThat(fleet.workloads())
                .extracting(workload -> workload.pod().getServiceAccountName())
                .allMatch(used -> fleet.equals(TEST) || name(account).equals(used));
    }

    @ParameterizedTest
    @MethodSource("fleets")
    void theSecretIsEmptyAndGitOpsToolsLeaveItAlone(Overlay fleet) {
        Secret session = session(fleet);

        assertThat(session.getData()).isEmpty();
        assertThat(session.getStringData()).isEmpty();
        assertThat(session.getMetadata().getAnnotations())
                .containsEntry("argocd.argoproj.io/sync-options", "Prune=false,Delete=false")
                .containsEntry("kustomize.toolkit.fluxcd.io/ssa", "IfNotPresent")
                .containsEntry("kustomize.toolkit.fluxcd.io/prune", "Disabled");
    }

    @ParameterizedTest
    @MethodSource("fleets")
    void everySidecarKeepsTheSessionInThatSecretAndNowhereElse(Overlay fleet) {
        assertThat(fleet.workloads())
                .isNotEmpty()
                .extracting(workload -> new Settings(fleet).of(workload.sidecar()))
                .allSatisfy(settings -> assertThat(settings)
                        .containsEntry("SIDECAR_TOKEN_STORE_KUBERNETES_SECRET", name(session(fleet)))
                        .containsEntry("SIDECAR_POD_NAME", "metadata.name")
                        .containsEntry("SIDECAR_POD_UID", "metadata.uid")
                        .containsEntry("SIDECAR_TOKEN_STORE_FILE", ""));
        assertThat(fleet.all(PersistentVolumeClaim.class)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("fleets")
    void onlyTheSidecarCanUseTheServiceAccount(Overlay fleet) {
        assertThat(fleet.workloads()).allSatisfy(workload -> {
            PodSpec pod = workload.pod();
            assertThat(pod.getAutomountServiceAccountToken()).isFalse();
            assertThat(pod.getVolumes().stream().filter(volume -> volume.getProjected() != null))
                    .hasSize(1);
            assertThat(workload.containers())
                    .filteredOn(container -> container.getVolumeMounts().stream()
                            .anyMatch(mount -> Hardening.hasAccountToken(mount, pod)))
                    .containsExactly(workload.sidecar());
        });
    }

    @Test
    void theSidecarFindsTokenAuthorityAndNamespaceWhereKubernetesPutsThem() {
        Workload workload = EXAMPLE.workload("Deployment");
        VolumeMount mount = workload.sidecar().getVolumeMounts().stream()
                .filter(it -> it.getMountPath().equals(ACCOUNT))
                .findFirst()
                .orElseThrow();
        Volume volume = workload.pod().getVolumes().stream()
                .filter(it -> it.getName().equals(mount.getName()))
                .findFirst()
                .orElseThrow();
        List<VolumeProjection> sources = volume.getProjected().getSources();
        ServiceAccountTokenProjection token = sources.get(0).getServiceAccountToken();

        assertThat(token.getPath()).isEqualTo("token");
        assertThat(token.getExpirationSeconds()).isEqualTo(Duration.ofHours(1).toSeconds());
        assertThat(sources.get(1).getConfigMap().getName()).isEqualTo("kube-root-ca.crt");
        assertThat(sources.get(1).getConfigMap().getItems().getFirst().getPath())
                .isEqualTo("ca.crt");
        assertThat(sources.get(2).getDownwardAPI().getItems().getFirst().getPath())
                .isEqualTo("namespace");
    }

    @Test
    void theContainerDiffersInThreeVariablesAndOneMountOnly() {
        Container sidecar = TEST.workload("CronJob").sidecar();
        Container alone = Overlay.test("component").workload("CronJob").sidecar();

        assertThat(TEST.workloads()).extracting(Workload::sidecar).containsOnly(sidecar);
        assertThat(sidecar.getEnv()).hasSize(alone.getEnv().size() + 3);
        assertThat(sidecar.getVolumeMounts()).startsWith(alone.getVolumeMounts().toArray(new VolumeMount[0]));
        assertThat(sidecar.getVolumeMounts()).hasSize(alone.getVolumeMounts().size() + 1);
        assertThat(new ContainerBuilder(sidecar)
                        .withEnv(alone.getEnv())
                        .withEnvFrom(alone.getEnvFrom())
                        .withVolumeMounts(alone.getVolumeMounts())
                        .build())
                .isEqualTo(alone);
    }

    @ParameterizedTest
    @MethodSource("fleets")
    void theNetworkPolicyLetsThePodsReachTheApiServer(Overlay fleet) {
        NetworkPolicy policy = fleet.all(NetworkPolicy.class).getFirst();

        assertThat(policy.getSpec().getEgress().getLast().getPorts())
                .extracting(port -> port.getPort().getIntVal())
                .containsExactly(443, 6443);
    }

    @Test
    void theExampleReplacesPodsOneByOneWithoutAGap() {
        Deployment deployment = EXAMPLE.all(Deployment.class).getFirst();

        assertThat(deployment.getSpec().getReplicas()).isEqualTo(3);
        assertThat(deployment.getSpec().getStrategy().getType()).isIn(null, "RollingUpdate");
        assertThat(deployment
                        .getSpec()
                        .getStrategy()
                        .getRollingUpdate()
                        .getMaxUnavailable()
                        .getIntVal())
                .isZero();
        assertThat(EXAMPLE.all(PodDisruptionBudget.class))
                .singleElement()
                .satisfies(budget -> assertThat(budget.getSpec().getSelector())
                        .isEqualTo(deployment.getSpec().getSelector()));
    }

    @Test
    void withoutTheSidecarBeforeItTheComponentIsNotRendered(@TempDir Path directory) throws Exception {
        Path k8s = Path.of("k8s").toAbsolutePath();
        Path workloads = Path.of("src", "test", "k8s", "workloads").toAbsolutePath();
        Files.writeString(
                directory.resolve("kustomization.yaml"),
                "resources: [%s]\ncomponents: [%s]\n"
                        .formatted(
                                directory.toRealPath().relativize(workloads),
                                directory.toRealPath().relativize(k8s.resolve("fleet"))));

        assertThatThrownBy(() -> Overlay.render(directory)).hasMessageContaining("test failed");
    }
}
