package dev.tokensidecar.app;

import dev.tokensidecar.config.SidecarSettings;
import dev.tokensidecar.token.ProcessId;
import java.util.Map;
import java.util.UUID;

/** Names this process for the others that share a session with it. */
final class ProcessIds {

    private ProcessIds() {}

    /**
     * Returns a name that no other process has.
     *
     * @param environment Kubernetes sets HOSTNAME to the name of the pod; on other machines it is the name of the host
     */
    static ProcessId next(SidecarSettings.PodSettings pod, Map<String, String> environment) {
        String run = UUID.randomUUID().toString();
        String name = pod.name() == null ? environment.getOrDefault("HOSTNAME", "localhost") : pod.name();
        // a pod of a StatefulSet has the name of the one that it replaces, which may still run
        String place = pod.uid() == null ? run : pod.uid();
        return new ProcessId(name, place, run);
    }
}
