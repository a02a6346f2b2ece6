package dev.tokensidecar.app;

import dev.tokensidecar.token.LogValue;
import org.jboss.logging.Logger;

/**
 * Ends the process when memory outside the heap runs out. The JVM does so for the heap ({@code ExitOnOutOfMemoryError}),
 * but a buffer that cannot be allocated is an error of the library, which survives it and serves nobody from then on.
 */
final class OutOfMemory {

    private static final Logger LOG = Logger.getLogger(OutOfMemory.class);

    /** What the JVM itself ends with. */
    private static final int STATUS = 3;

    private OutOfMemory() {}

    /** Looks at a failure, and does nothing for one of any other kind. */
    static void check(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof OutOfMemoryError) {
                LOG.fatalf(
                        "out of memory, the process ends reason=%s cure=\"raise the memory limit\"",
                        LogValue.of(cause.getMessage()));
                Runtime.getRuntime().halt(STATUS);
            }
        }
    }
}
