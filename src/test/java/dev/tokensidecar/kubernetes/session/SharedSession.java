package dev.tokensidecar.kubernetes.session;

import dev.tokensidecar.kubernetes.controlplane.ControlPlane;
import dev.tokensidecar.kubernetes.controlplane.KubernetesApi;
import dev.tokensidecar.kubernetes.controlplane.PodFiles;
import dev.tokensidecar.kubernetes.controlplane.SecretHistory;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A namespace with the Secret of a session, and the Role of {@code k8s/fleet} for its pods. */
public final class SharedSession {

    /** The name of the Secret. */
    public static final String SECRET = "token-sidecar-session";

    private static final String NAMESPACE = "fleet";
    private static final String SERVICE_ACCOUNT = "token-sidecar";
    private static final Path COMPONENT = Path.of("k8s", "fleet");

    private final ControlPlane plane;

    /** Creates the objects. */
    public SharedSession(ControlPlane plane) throws IOException, InterruptedException {
        this.plane = plane;
        KubernetesApi admin = plane.admin();
        admin.createNamespace(NAMESPACE);
        admin.createServiceAccount(NAMESPACE, SERVICE_ACCOUNT);
        admin.create(
                "/api/v1/namespaces/" + NAMESPACE + "/secrets", Files.readString(COMPONENT.resolve("secret.yaml")));
        String roles = "/apis/rbac.authorization.k8s.io/v1/namespaces/" + NAMESPACE;
        admin.create(roles + "/roles", Files.readString(COMPONENT.resolve("role.yaml")));
        admin.create(roles + "/rolebindings", inNamespace(Files.readString(COMPONENT.resolve("role-binding.yaml"))));
    }

    /** kustomize would do that. */
    private static String inNamespace(String manifest) {
        KubernetesSerialization serialization = new KubernetesSerialization();
        RoleBinding binding = serialization.unmarshal(manifest, RoleBinding.class);
        binding.getSubjects().forEach(subject -> subject.setNamespace(NAMESPACE));
        return serialization.asYaml(binding);
    }

    /** Puts the refresh token of a new session into the Secret, as a person does who has logged in. */
    public void seed(String refreshToken) throws IOException, InterruptedException {
        plane.admin().setSecret(NAMESPACE, SECRET, "refresh-token", refreshToken);
    }

    /** Returns the UID of the pod that has the claim now; null if there is no claim. Asks the API server. */
    public @Nullable String claimedBy() throws IOException, InterruptedException {
        SecretHistory.Version current =
                new SecretHistory.Version(0, Instant.now(), plane.admin().secret(NAMESPACE, SECRET));
        return RecordHistory.claimedBy(List.of(current));
    }

    /** Returns everything that happens to the Secret from now on. */
    public SecretHistory history() {
        return plane.history(NAMESPACE, SECRET);
    }

    /**
     * Writes what Kubernetes gives to a pod.
     *
     * @param directory is created
     */
    public PodFiles files(Path directory) throws IOException, InterruptedException {
        return new PodFiles(directory, plane, NAMESPACE, SERVICE_ACCOUNT);
    }
}
