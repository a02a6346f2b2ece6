package dev.tokensidecar.kubernetes;

import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreProblem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What Kubernetes tells a pod about its API server and its service account: two environment variables and three files.
 * Each use reads a file again, because the kubelet replaces the token every few minutes. Blocks.
 */
public final class ServiceAccount {

    private static final Path MOUNTED = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
    private static final String HOST = "KUBERNETES_SERVICE_HOST";
    private static final String PORT = "KUBERNETES_SERVICE_PORT";
    private static final int MAX_BYTES = 1024 * 1024;

    private final Path directory;
    private final Map<String, String> environment;

    /**
     * Reads nothing yet.
     *
     * @param directory has the files {@code token}, {@code ca.crt} and {@code namespace}
     * @param environment has {@code KUBERNETES_SERVICE_HOST} and {@code KUBERNETES_SERVICE_PORT}
     */
    public ServiceAccount(Path directory, Map<String, String> environment) {
        this.directory = directory;
        this.environment = Map.copyOf(environment);
    }

    /** Returns the one that Kubernetes mounts into each container. */
    public static ServiceAccount mounted(Map<String, String> environment) {
        return new ServiceAccount(MOUNTED, environment);
    }

    /** Returns the name or address of the API server; an IPv6 address is in brackets, as in a URL. */
    String host() {
        String host = variable(HOST);
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    /** Returns the port of the API server. */
    int port() {
        String port = variable(PORT);
        try {
            int number = Integer.parseInt(port);
            if (number > 0 && number <= 0xffff) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // the same failure as for a number that is no port
        }
        throw new StoreFailure(StoreProblem.UNREACHABLE, PORT + " is not a port: remove it from the pod's environment");
    }

    /** Returns the bearer token of the service account. */
    Secret token() {
        return Secret.of(text("token"));
    }

    /** Returns the certificates, in PEM, of the authorities that may vouch for the API server. */
    byte[] authorities() {
        return content("ca.crt");
    }

    /** Returns the namespace of the pod. */
    String namespace() {
        return text("namespace");
    }

    private String variable(String name) {
        String value = environment.getOrDefault(name, "");
        if (value.isEmpty()) {
            throw new StoreFailure(
                    StoreProblem.UNREACHABLE,
                    name + " is not set: run the sidecar in a pod, or use store.file instead of"
                            + " store.kubernetes.secret");
        }
        return value;
    }

    private String text(String name) {
        String text = new String(content(name), StandardCharsets.UTF_8).strip();
        if (text.isEmpty()) {
            throw unreadable(name, "is empty");
        }
        return text;
    }

    private byte[] content(String name) {
        try (InputStream in = Files.newInputStream(directory.resolve(name))) {
            byte[] content = in.readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                throw unreadable(name, "is larger than 1 MiB");
            }
            return content;
        } catch (IOException e) {
            throw unreadable(name, "cannot be read");
        }
    }

    private StoreFailure unreadable(String name, String problem) {
        return new StoreFailure(
                StoreProblem.FORBIDDEN,
                "the service account file %s %s: mount it into the sidecar as the component k8s/fleet does, so that the"
                                .formatted(directory.resolve(name), problem)
                        + " user of the sidecar can read it");
    }
}
