package dev.tokensidecar.ingress;

import dev.tokensidecar.token.LogValue;
import org.jboss.logging.Logger;

/** Logs failures that are none of the expected ones. */
public final class Defects {

    private static final Logger LOG = Logger.getLogger(Defects.class);

    private Defects() {}

    /** Logs type and place, and not the message: the message of an exception may quote anything. */
    public static void log(Throwable defect) {
        StackTraceElement[] trace = defect.getStackTrace();
        LOG.errorf(
                "unexpected failure type=%s at=%s",
                LogValue.of(defect.getClass().getName()), LogValue.of(trace.length == 0 ? "unknown" : trace[0]));
    }
}
