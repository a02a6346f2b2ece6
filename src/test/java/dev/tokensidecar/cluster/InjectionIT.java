package dev.tokensidecar.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the policies of {@code k8s/injection} do with pods, evaluated by the code of the API server. */
class InjectionIT {

    private static final String NAMESPACE = "shops";
    private static final String INJECT = "token-sidecar.dev/inject";

    private static final Admission ALONE = admission(Overlay.render(Path.of("k8s", "injection", "namespace")));
    private static final Admission FLEET = admission(Overlay.test("injection"));

    private static Admission admission(Overlay namespace) {
        namespace.objects().forEach(object -> object.getMetadata().setNamespace(NAMESPACE));
        Stream<HasMetadata> accounts = Stream.of("shop", "token-sidecar").map(InjectionIT::account);
        return new Admission(Stream.of(Overlay.injection().objects().stream(), namespace.objects().stream(), accounts)
                .flatMap(objects -> objects));
    }

    private static ServiceAccount account(String name) {
        return new ServiceAccountBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withAutomountServiceAccountToken(false)
                .build();
    }

    private static Pod pod(String name, PodTemplateSpec template) {
        return new PodBuilder()
                .withNewMetadataLike(template.getMetadata())
                .withName(name)
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withSpec(template.getSpec())
                .editSpec()
                // an account of its own mounts its token at a random name
                .withAutomountServiceAccountToken(false)
                .endSpec()
                .build();
    }

    private static Pod labelled(Pod pod) {
        return new PodBuilder(pod)
                .editMetadata()
                .addToLabels(INJECT, "true")
                .endMetadata()
                .build();
    }

    private static Pod annotated(Pod pod, Map<String, String> annotations) {
        return new PodBuilder(labelled(pod))
                .editMetadata()
                .withAnnotations(annotations)
                .endMetadata()
                .build();
    }

    /** Returns the smallest pod that there is. */
    private static Pod plain() {
        return new PodBuilder()
                .withNewMetadata()
                .withName("plain")
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("application")
                .withImage("busybox")
                .endContainer()
                .withServiceAccountName("token-sidecar")
                .endSpec()
                .build();
    }

    private static List<Pod> pods(Stream<Workload> workloads) {
        return workloads
                .map(workload -> pod(workload.kind().toLowerCase(Locale.ROOT), workload.template()))
                .toList();
    }

    private static Container sidecar(Pod pod) {
        return pod.getSpec().getInitContainers().getFirst();
    }

    /** Compares pods that have the label with those that the component has changed. */
    private static void assertSame(List<Pod> injected, List<Pod> expected) {
        assertThat(injected).hasSameSizeAs(expected).isNotEmpty();
        for (int i = 0; i < injected.size(); i++) {
            Pod pod = injected.get(i);
            assertThat(pod.getMetadata().getLabels().remove(INJECT)).isEqualTo("true");
            pod.getMetadata().setAnnotations(expected.get(i).getMetadata().getAnnotations());
            assertThat(pod).isEqualTo(expected.get(i));
        }
    }

    @Test
    void anInjectedPodIsThatOfTheComponent() {
        Stream<Workload> workloads =
                Stream.of("workloads", "jobs").flatMap(name -> Overlay.test(name).workloads().stream());
        List<Pod> injected = pods(workloads).stream().map(InjectionIT::labelled).toList();
        Overlay component = Overlay.test("component");
        Overlay sameNames =
                Overlay.of("component", component.yaml().replaceAll("(token-sidecar-defaults)-[a-z0-9]{10}\\b", "$1"));
        List<Pod> expected = pods(injected.stream()
                .map(pod -> sameNames.workloads().stream()
                        .filter(workload -> workload.kind()
                                .equalsIgnoreCase(pod.getMetadata().getName()))
                        .findFirst()
                        .orElseThrow()));

        assertSame(ALONE.admit(injected), ALONE.admit(expected));
    }

    @Test
    void anInjectedPodOfAFleetIsThatOfTheComponents() {
        Overlay example = Overlay.example("fleet");
        Overlay sameNames =
                Overlay.of("fleet", example.yaml().replaceAll("(token-sidecar-defaults)-[a-z0-9]{10}\\b", "$1"));
        PodTemplateSpec application = Overlay.file(Path.of("k8s", "examples", "fleet", "deployment.yaml"))
                .workload("Deployment")
                .template();

        assertSame(
                FLEET.admit(List.of(labelled(pod("deployment", application)))),
                FLEET.admit(pods(sameNames.workloads().stream())));
    }

    @Test
    void podsWithoutTheLabelStayAsTheyAre() {
        Pod pod = ALONE.admit(plain());

        assertThat(pod.getSpec().getInitContainers()).isEmpty();
        assertThat(pod.getSpec().getVolumes()).isEmpty();
        assertThat(pod.getSpec().getContainers().getFirst().getEnv()).isEmpty();
    }

    @Test
    void aPodThatHasTheSidecarIsLeftAlone() {
        Pod injected = FLEET.admit(labelled(plain()));
        Pod classic =
                pod("classic", Overlay.test("classic").workload("Deployment").template());
        List<Pod> pods = FLEET.admit(
                List.of(annotated(injected, Map.of("token-sidecar.dev/image", "other")), labelled(classic)));

        assertThat(pods.getFirst().getSpec()).isEqualTo(injected.getSpec());
        assertThat(pods.getLast().getSpec().getInitContainers())
                .extracting(Container::getName)
                .containsExactly("migrate");
    }

    @Test
    void theEnvironmentIsThatOfTheComponentWhateverIsThere() {
        Pod pod = new PodBuilder(labelled(plain()))
                .editSpec()
                .editFirstContainer()
                .withEnv(
                        new EnvVar("A", "1", null),
                        new EnvVarBuilder()
                                .withName("TOKEN_ENDPOINT")
                                .withNewValueFrom()
                                .withNewFieldRef(null, "metadata.name")
                                .endValueFrom()
                                .build(),
                        new EnvVar("B", "2", null))
                .endContainer()
                .addNewInitContainer()
                .withName("early")
                .withImage("busybox")
                .withEnv(new EnvVar("C", "3", null))
                .endInitContainer()
                .addNewContainer()
                .withName("other")
                .withImage("busybox")
                .endContainer()
                .endSpec()
                .build();
        EnvVar endpoint = new EnvVar("TOKEN_ENDPOINT", "http://localhost:8191/token", null);
        Pod admitted = ALONE.admit(pod);

        assertThat(admitted.getSpec().getContainers())
                .extracting(Container::getEnv)
                .containsExactly(
                        List.of(new EnvVar("A", "1", null), endpoint, new EnvVar("B", "2", null)), List.of(endpoint));
        assertThat(admitted.getSpec().getInitContainers())
                .extracting(Container::getName)
                .containsExactly("token-sidecar", "early");
        assertThat(admitted.getSpec().getInitContainers().getLast().getEnv())
                .containsExactly(new EnvVar("C", "3", null), endpoint);
    }

    @Test
    void aVolumeOfThePodGoesBeforeThatOfTheTemplate() {
        Pod pod = new PodBuilder(labelled(plain()))
                .editSpec()
                .addNewVolume()
                .withName("token-sidecar-state")
                .withNewPersistentVolumeClaim("state-0", false)
                .endVolume()
                .endSpec()
                .build();

        assertThat(ALONE.admit(pod).getSpec().getVolumes())
                .extracting(Volume::getName)
                .containsExactly("token-sidecar-state", "token-sidecar-secrets", "token-sidecar-tmp");
    }

    @Test
    void annotationsChangeImageResourcesAndToken() {
        Pod pod = ALONE.admit(annotated(
                plain(),
                Map.of(
                        "token-sidecar.dev/image", "registry.example.net/token-sidecar:2",
                        "token-sidecar.dev/cpu-request", "20m",
                        "token-sidecar.dev/memory-request", "192Mi",
                        "token-sidecar.dev/memory-limit", "256Mi",
                        "token-sidecar.dev/token", "invoices")));

        assertThat(sidecar(pod).getImage()).isEqualTo("registry.example.net/token-sidecar:2");
        assertThat(sidecar(pod).getResources().getRequests()).hasToString("{cpu=20m, memory=192Mi}");
        assertThat(sidecar(pod).getResources().getLimits()).hasToString("{memory=256Mi}");
        assertThat(pod.getSpec().getContainers().getFirst().getEnv())
                .containsExactly(new EnvVar("TOKEN_ENDPOINT", "http://localhost:8191/tokens/invoices", null));
    }

    @Test
    void anAnnotationNamesAnotherClient() {
        Pod pod = ALONE.admit(annotated(plain(), Map.of("token-sidecar.dev/client", "orders")));

        assertThat(sidecar(pod).getEnv())
                .extracting(
                        variable -> variable.getValueFrom().getSecretKeyRef().getName())
                .containsExactly("orders", "orders");
        assertThat(sidecar(pod).getEnvFrom())
                .extracting(source -> source.getConfigMapRef().getName())
                .containsExactly("token-sidecar-defaults", "orders");
        assertThat(pod.getSpec().getVolumes().getFirst().getSecret().getSecretName())
                .isEqualTo("orders");
    }

    @Test
    void inAFleetAnotherClientHasAnotherSession() {
        assertThat(FLEET.rejection(annotated(plain(), Map.of("token-sidecar.dev/client", "orders"))))
                .contains(
                        "the service account token-sidecar may not patch the Secret orders-session of namespace shops");
    }

    @Test
    void aPodThatWouldHaveNoSidecarIsRejected() {
        Pod elsewhere = new PodBuilder(labelled(plain()))
                .editMetadata()
                .withNamespace("elsewhere")
                .endMetadata()
                .editSpec()
                .withServiceAccountName("default")
                .endSpec()
                .build();

        assertThat(ALONE.rejection(elsewhere)).contains("namespace elsewhere has no PodTemplate token-sidecar");
    }

    @Test
    void aPodInTheNetworkOfTheHostIsRejected() {
        Pod pod = new PodBuilder(labelled(plain()))
                .editSpec()
                .withHostNetwork(true)
                .endSpec()
                .build();

        assertThat(ALONE.rejection(pod)).contains("every process of the node could get the pod's tokens");
    }

    @Test
    void aServiceAccountWithoutTheRoleIsRejected() {
        Pod pod = new PodBuilder(labelled(plain()))
                .editSpec()
                .withServiceAccountName("shop")
                .endSpec()
                .build();

        assertThat(FLEET.rejection(pod))
                .contains("the service account shop may not patch the Secret token-sidecar-session");
        assertThat(ALONE.admit(pod).getSpec().getServiceAccountName()).isEqualTo("shop");
    }

    @Test
    void anApplicationThatCouldReadTheSessionIsRejectedUnlessItIsMeantTo() {
        Pod pod = new PodBuilder(labelled(plain()))
                .editSpec()
                .withAutomountServiceAccountToken(true)
                .endSpec()
                .build();

        assertThat(FLEET.rejection(pod)).contains("the application could read the session");
        List<Container> containers = FLEET.admit(
                        annotated(pod, Map.of("token-sidecar.dev/share-service-account", "true")))
                .getSpec()
                .getContainers();
        assertThat(containers)
                .flatExtracting(Container::getVolumeMounts)
                .extracting(VolumeMount::getMountPath)
                .hasSize(1);
    }
}
