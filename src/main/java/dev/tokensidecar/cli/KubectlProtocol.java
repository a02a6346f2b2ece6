package dev.tokensidecar.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.Set;

/**
 * The credential plugins of Kubernetes clients. The client names the version of the API in {@code KUBERNETES_EXEC_INFO} and
 * reads an {@code ExecCredential}. It keeps the token until {@code expirationTimestamp}.
 */
final class KubectlProtocol implements CredentialProtocol {

    private static final String STABLE = "client.authentication.k8s.io/v1";
    private static final Set<String> VERSIONS = Set.of(STABLE, "client.authentication.k8s.io/v1beta1");
    private static final String INFO = "KUBERNETES_EXEC_INFO";

    @Override
    public void answer(String operation, CredentialRequest request) {
        if (!operation.isEmpty()) {
            throw new CommandFailure("kubectl names no operation, so do not add " + operation);
        }
        String version = version(request.terminal().environment());
        Credential credential = request.source().get();
        request.terminal().out().println(FlatJson.write(json -> {
            json.writeStringField("apiVersion", version);
            json.writeStringField("kind", "ExecCredential");
            json.writeObjectFieldStart("status");
            json.writeStringField("token", credential.value().reveal());
            if (credential.expiresAt() != null) {
                json.writeStringField(
                        "expirationTimestamp", credential.expiresAt().toString());
            }
            json.writeEndObject();
        }));
    }

    private static String version(Map<String, String> environment) {
        String info = environment.getOrDefault(INFO, "");
        String version =
                info.isEmpty() ? STABLE : FlatJson.read(info.getBytes(UTF_8)).get("apiVersion");
        if (version == null || !VERSIONS.contains(version)) {
            throw new CommandFailure(INFO + " asks for an unknown apiVersion: write " + STABLE + " in the kubeconfig");
        }
        return version;
    }
}
