package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.Unavailable;

/** Failures that no server and no network is to blame for. */
final class LocalFailures {

    private LocalFailures() {}

    /** A mistake of ours. Its own message stays here, since nobody knows what is in it. */
    static RefreshFailure unexpected(Throwable mistake) {
        StackTraceElement[] trace = mistake.getStackTrace();
        String message = "unexpected " + mistake.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]);
        return new Unavailable("internal_error", message, true, false, null);
    }
}
