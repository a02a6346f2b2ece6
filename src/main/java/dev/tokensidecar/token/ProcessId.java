package dev.tokensidecar.token;

/**
 * Names one process of the sidecar among all that share a session.
 *
 * @param name what people call it: the name of the pod, or of the host
 * @param place where it runs, the same for the process that replaces it there: the UID of the pod, or the host
 * @param run different for each start of a process
 */
public record ProcessId(String name, String place, String run) {

    /** Whether others can tell where it runs: the UID of the pod is configured. */
    public boolean hasPlace() {
        return !place.equals(run);
    }

    /** Whether both ran in the same place, one after the other: a container was restarted in its pod. */
    public boolean replaces(ProcessId other) {
        return place.equals(other.place) && !run.equals(other.run);
    }
}
