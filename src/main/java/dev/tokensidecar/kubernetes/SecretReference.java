package dev.tokensidecar.kubernetes;

/**
 * Names one Secret of a cluster.
 *
 * @param namespace its namespace
 * @param name its name in the namespace
 */
record SecretReference(String namespace, String name) {

    /** Returns the path of the Secret at the API server. */
    String path() {
        return secrets() + "/" + name;
    }

    /** Returns the path of all Secrets of the namespace, at which a watch starts. */
    String secrets() {
        return "/api/v1/namespaces/" + namespace + "/secrets";
    }

    /** Returns what messages call it. */
    @Override
    public String toString() {
        return "Secret " + namespace + "/" + name;
    }
}
