package dev.tokensidecar.config;

import static dev.tokensidecar.config.Key.key;

import dev.tokensidecar.config.SidecarSettings.PodSettings;

/** Declares and reads the group {@code sidecar.pod}. */
final class PodKeys {

    static final String PREFIX = "sidecar.pod.";

    /**
     * What the log and {@code /status} of other pods call this one when it holds the claim of a session.
     *
     * <p>Type: up to 253 letters, digits, hyphens, dots and underscores
     *
     * <p>Default: then {@code HOSTNAME}, which Kubernetes sets to the name of the pod
     *
     * <p>Source: own choice; the Downward API has it as {@code metadata.name}
     *
     * <p>Change it when the pod has {@code hostNetwork: true} or a {@code hostname} of its own.
     */
    static final OptionalKey<String> NAME = key("name", ValueFormats.POD_NAME);

    /**
     * The UID of the pod. A sidecar that was restarted in its pod recognizes its own claim by it, and refreshes at once.
     * Without it the sidecar treats that claim like the one of any other pod: it waits for
     * {@code authorization-server.timeout} and 10 s before it refreshes.
     *
     * <p>Two sidecars with the same UID take each other for dead. If several containers of one pod share a Secret, give
     * each a value of its own, {@code $(POD_UID)-2} for instance.
     *
     * <p>Type: up to 128 letters, digits and hyphens
     *
     * <p>Default: then every claim of a process that has ended is waited for
     *
     * <p>Source: own choice; the Downward API has it as {@code metadata.uid}
     *
     * <p>Change it to {@code metadata.uid} whenever {@code store.kubernetes.secret} is set. The component
     * {@code k8s/fleet} does so.
     */
    static final OptionalKey<String> UID = key("uid", ValueFormats.POD_UID);

    private PodKeys() {}

    static PodSettings read(KeyReader keys) {
        return new PodSettings(keys.read(NAME), keys.read(UID));
    }
}
