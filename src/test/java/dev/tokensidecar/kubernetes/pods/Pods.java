package dev.tokensidecar.kubernetes.pods;

import dev.tokensidecar.kubernetes.controlplane.KubernetesApi;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;

/**
 * Objects of the API as they are now.
 *
 * @param ready the names of the pods that are ready and not about to end
 * @param all the number of all pods, ending ones included
 */
record Pods(List<String> ready, int all) {

    /** Reads the pods of a namespace. */
    static Pods of(KubernetesApi api, String namespace) throws IOException, InterruptedException {
        List<JsonObject> pods = items(api, "/api/v1/namespaces/" + namespace + "/pods");
        List<String> ready = pods.stream()
                .filter(Pods::isReady)
                .map(pod -> pod.getJsonObject("metadata"))
                .filter(metadata -> !metadata.containsKey("deletionTimestamp"))
                .map(metadata -> metadata.getString("name"))
                .toList();
        return new Pods(ready, pods.size());
    }

    /** Returns the objects of a list. */
    static List<JsonObject> items(KubernetesApi api, String path) throws IOException, InterruptedException {
        return api.get(path).getJsonArray("items").stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    /** Whether a node or a pod is ready. */
    static boolean isReady(JsonObject object) {
        return object.getJsonObject("status").getJsonArray("conditions", new JsonArray()).stream()
                .map(JsonObject.class::cast)
                .anyMatch(condition -> condition.getString("type").equals("Ready")
                        && condition.getString("status").equals("True"));
    }
}
