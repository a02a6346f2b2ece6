package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.Unavailable;

/** Failures that neither the server nor the network has caused. */
final class LocalFailures {

    private LocalFailures() {}

    /** Reports a defect of the sidecar. Leaves out the exception's message, which could contain anything. */
    static RefreshFailure unexpected(Throwable defect) {
        StackTraceElement[] trace = defect.getStackTrace();
        String message = "unexpected " + defect.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]);
        return new Unavailable("internal_error", message, true, false, null);
    }
}
