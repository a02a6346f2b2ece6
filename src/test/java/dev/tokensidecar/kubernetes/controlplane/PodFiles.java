package dev.tokensidecar.kubernetes.controlplane;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/**
 * What Kubernetes gives to the processes of a pod: the files of its service account, and where its API server is. A process
 * finds the files where every pod has them, because it gets a mount namespace of its own. That needs root.
 */
public final class PodFiles {

    /** The kubelet mounts the files below {@code /var/run}. Hiding the rest of it harms no sidecar. */
    private static final String ENTER = """
            files=/var/run/secrets/kubernetes.io/serviceaccount
            mount -t tmpfs tmpfs /var/run && mkdir -p $files && mount --bind "$0" $files && exec "$@"
            """;

    private final Path directory;

    /**
     * Writes the files.
     *
     * @param directory is created
     */
    public PodFiles(Path directory, ControlPlane plane, String namespace, String serviceAccount)
            throws IOException, InterruptedException {
        this.directory = Files.createDirectories(directory);
        Files.copy(plane.authority(), directory.resolve("ca.crt"));
        Files.writeString(directory.resolve("namespace"), namespace);
        replaceToken(plane.admin().token(namespace, serviceAccount));
    }

    /** Replaces the token in one step, as the kubelet does before it expires. */
    public void replaceToken(String token) throws IOException {
        Path next = Files.writeString(directory.resolve("token.next"), token);
        Files.move(
                next, directory.resolve("token"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Returns the command in front of the one of the process. */
    public List<String> prefix() {
        return List.of(
                "unshare",
                "--mount",
                "sh",
                "-c",
                ENTER,
                directory.toAbsolutePath().toString());
    }

    /**
     * Returns the variables that Kubernetes sets.
     *
     * @param port of the API server, or of something in front of it, on 127.0.0.1
     */
    public static Map<String, String> environment(int port) {
        return Map.of("KUBERNETES_SERVICE_HOST", "127.0.0.1", "KUBERNETES_SERVICE_PORT", Integer.toString(port));
    }
}
