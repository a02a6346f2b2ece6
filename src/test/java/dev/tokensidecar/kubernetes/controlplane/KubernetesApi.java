package dev.tokensidecar.kubernetes.controlplane;

import dev.tokensidecar.testing.crypto.CertificateAuthority;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A client of the API of Kubernetes. */
public final class KubernetesApi implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration TOKEN_LIFETIME = Duration.ofHours(2);

    private final URI server;
    private final String token;
    private final HttpClient client;

    KubernetesApi(URI server, CertificateAuthority authority, String token)
            throws IOException, GeneralSecurityException {
        this.server = server;
        this.token = token;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(trusting(authority))
                .build();
    }

    private static SSLContext trusting(CertificateAuthority authority) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("authority", authority.certificate());
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    /** Whether the API server serves: the roles that come with it are there too. */
    boolean isReady() throws InterruptedException {
        try {
            return client.send(request("/readyz").build(), BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Returns the object or the list at this path. */
    public JsonObject get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    /** Creates a namespace. */
    public void createNamespace(String name) throws IOException, InterruptedException {
        var unused = post("/api/v1/namespaces", "application/json", object("Namespace", name));
    }

    /** Creates a service account. */
    public void createServiceAccount(String namespace, String name) throws IOException, InterruptedException {
        var unused = post(
                "/api/v1/namespaces/" + namespace + "/serviceaccounts",
                "application/json",
                object("ServiceAccount", name));
    }

    private static String object(String kind, String name) {
        return new JsonObject()
                .put("apiVersion", "v1")
                .put("kind", kind)
                .put("metadata", new JsonObject().put("name", name))
                .encode();
    }

    /**
     * Creates an object from a manifest.
     *
     * @param collection the path of its kind, {@code /api/v1/namespaces/default/secrets} for instance
     */
    public void create(String collection, String yaml) throws IOException, InterruptedException {
        var unused = post(collection, "application/yaml", yaml);
    }

    /** Returns a token of a service account, as the kubelet requests it for a pod. */
    public String token(String namespace, String serviceAccount) throws IOException, InterruptedException {
        JsonObject request = new JsonObject()
                .put("apiVersion", "authentication.k8s.io/v1")
                .put("kind", "TokenRequest")
                .put("spec", new JsonObject().put("expirationSeconds", TOKEN_LIFETIME.toSeconds()));
        return post(
                        "/api/v1/namespaces/" + namespace + "/serviceaccounts/" + serviceAccount + "/token",
                        "application/json",
                        request.encode())
                .getJsonObject("status")
                .getString("token");
    }

    /** Returns a Secret, as it is now. */
    public JsonObject secret(String namespace, String name) throws IOException, InterruptedException {
        return send(request("/api/v1/namespaces/" + namespace + "/secrets/" + name));
    }

    /** Sets one key of a Secret. */
    public void setSecret(String namespace, String name, String key, String value)
            throws IOException, InterruptedException {
        String encoded = Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
        JsonObject patch = new JsonObject().put("data", new JsonObject().put(key, encoded));
        var unused = send(request("/api/v1/namespaces/" + namespace + "/secrets/" + name)
                .header("Content-Type", "application/merge-patch+json")
                .method("PATCH", BodyPublishers.ofString(patch.encode())));
    }

    private JsonObject post(String path, String type, String body) throws IOException, InterruptedException {
        return send(request(path).header("Content-Type", type).POST(BodyPublishers.ofString(body)));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.resolve(path))
                .timeout(TIMEOUT)
                .header("Accept", "application/json")
                .header("Authorization", "Bearer " + token);
    }

    private JsonObject send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
        if (response.statusCode() >= 300) {
            throw new IOException(
                    response.request().uri() + " responded " + response.statusCode() + " " + response.body());
        }
        return new JsonObject(response.body());
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
