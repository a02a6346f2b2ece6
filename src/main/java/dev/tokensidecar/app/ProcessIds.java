package dev.tokensidecar.app;

import dev.tokensidecar.token.ProcessId;
import java.util.UUID;

/** Names this process for the others that share a session with it. */
final class ProcessIds {

    private ProcessIds() {}

    /** Kubernetes sets HOSTNAME to the name of the pod; on other machines it is the name of the host. */
    static ProcessId current() {
        String host = System.getenv().getOrDefault("HOSTNAME", "localhost");
        return new ProcessId(host, host, UUID.randomUUID().toString());
    }
}
