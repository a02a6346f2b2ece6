package dev.tokensidecar.kubernetes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * A request about one Secret, or an Event of the own pod. The sidecar sends no others.
 *
 * @param verb the verb that a Role has to allow
 * @param object what messages call the object
 * @param method the method
 * @param uri path and query
 * @param accept the media type of the response
 * @param body empty, or JSON of the type that {@link #contentType} returns, which may contain credentials
 */
record ApiRequest(String verb, String object, HttpMethod method, String uri, String accept, Buffer body) {

    private static final String WATCH = "watch";
    private static final String PATCH = "patch";
    private static final String JSON = "application/json";
    /** RFC 7396. */
    private static final String MERGE_PATCH = "application/merge-patch+json";
    /** The name and the version of an object, without its data. */
    private static final String METADATA =
            "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";
    /** The owner of what it writes, by which GitOps tools can leave it alone. */
    private static final String MANAGER = "token-sidecar";

    /** Reads the Secret. */
    static ApiRequest get(SecretReference secret) {
        return new ApiRequest("get", secret.toString(), HttpMethod.GET, secret.path(), JSON, Buffer.buffer());
    }

    /**
     * Writes one key of the Secret, if the Secret still has this version. The API server keeps everything else in it. With a
     * PUT, the sidecar would have to send the seed back, and fields of later versions of Kubernetes.
     *
     * @throws IllegalArgumentException without a version: such a request would overwrite any other
     */
    static ApiRequest patch(SecretReference secret, String key, byte[] content, String version) {
        if (version.isEmpty()) {
            throw new IllegalArgumentException("a write names the version that it replaces");
        }
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.putObject("metadata").put("resourceVersion", version);
        patch.putObject("data").put(key, content);
        return new ApiRequest(
                PATCH,
                secret.toString(),
                HttpMethod.PATCH,
                secret.path() + "?fieldManager=" + MANAGER,
                METADATA,
                Buffer.buffer(patch.toString()));
    }

    /**
     * Watches the Secret.
     *
     * @param version the changes after it are reported
     * @param seconds when the API server ends the watch
     */
    static ApiRequest watch(SecretReference secret, String version, long seconds) {
        String query = "watch=true&allowWatchBookmarks=true&fieldSelector=metadata.name%3D" + secret.name()
                + "&resourceVersion=" + URLEncoder.encode(version, StandardCharsets.UTF_8) + "&timeoutSeconds="
                + seconds;
        return new ApiRequest(
                WATCH, secret.toString(), HttpMethod.GET, secret.secrets() + "?" + query, JSON, Buffer.buffer());
    }

    /** Creates an Event in this namespace. */
    static ApiRequest event(String namespace, ObjectNode event) {
        return new ApiRequest(
                "create",
                "an Event in " + namespace,
                HttpMethod.POST,
                "/api/v1/namespaces/" + namespace + "/events?fieldManager=" + MANAGER,
                METADATA,
                Buffer.buffer(event.toString()));
    }

    /** Whether its response goes on for minutes. */
    boolean isWatch() {
        return verb.equals(WATCH);
    }

    /** Whether it may change the Secret. */
    boolean isWrite() {
        return verb.equals(PATCH);
    }

    /** Returns the media type of the body. */
    String contentType() {
        return isWrite() ? MERGE_PATCH : JSON;
    }

    /** Returns what messages call it. */
    @Override
    public String toString() {
        return verb + " " + object;
    }
}
