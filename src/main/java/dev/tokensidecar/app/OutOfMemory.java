package dev.tokensidecar.app;

import dev.tokensidecar.token.LogValue;
import org.jboss.logging.Logger;

/**
 * Ends the process when memory outside the heap runs out. For the heap the JVM does so ({@code ExitOnOutOfMemoryError}). A
 * buffer that cannot be allocated is an error of the library: the process would survive it and serve nobody from then on.
 */
final class OutOfMemory {

    private static final Logger LOG = Logger.getLogger(OutOfMemory.class);

    /** The exit code of the JVM in this case. */
    private static final int STATUS = 3;

    private OutOfMemory() {}

    /** Ends the process if the failure or one of its causes is an {@link OutOfMemoryError}; ignores any other failure. */
    static void check(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof OutOfMemoryError) {
                LOG.fatalf(
                        "out of memory, exiting reason=%s cure=\"raise the memory limit\"",
                        LogValue.of(cause.getMessage()));
                Runtime.getRuntime().halt(STATUS);
            }
        }
    }
}
