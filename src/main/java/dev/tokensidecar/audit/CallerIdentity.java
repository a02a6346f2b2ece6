package dev.tokensidecar.audit;

/**
 * Who a caller is, as far as the kernel tells.
 *
 * @param listener the name of the listener
 * @param user the number of the Linux user
 * @param process the name of the process, which the process chooses itself
 * @param container the id of its container
 */
record CallerIdentity(String listener, String user, String process, String container) {

    /** Stands for what the kernel does not tell. */
    static final String UNKNOWN = "unknown";

    /** Stands for the processes of a user that has very many. */
    private static final String OTHERS = "others";

    static CallerIdentity unknown(String listener) {
        return new CallerIdentity(listener, UNKNOWN, UNKNOWN, UNKNOWN);
    }

    CallerIdentity ofUser(String number) {
        return new CallerIdentity(listener, number, process, container);
    }

    /** Keeps the container: no process can choose it. */
    CallerIdentity withoutProcess() {
        return new CallerIdentity(listener, user, OTHERS, container);
    }
}
