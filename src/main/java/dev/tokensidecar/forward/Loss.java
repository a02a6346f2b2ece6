package dev.tokensidecar.forward;

import dev.tokensidecar.egress.InvalidAnswerException;
import dev.tokensidecar.ingress.ProblemKind;
import dev.tokensidecar.ingress.Refusal;
import io.vertx.core.http.HttpClosedException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why there is no answer of the API, in words; what an exception says is not passed on. */
final class Loss {

    private Loss() {}

    static Refusal refusal(Target target, Throwable failure) {
        return refusal(target, reason(failure));
    }

    /** Its header section cannot be passed on. */
    static Refusal unclear(Target target) {
        return refusal(target, "did not answer as HTTP wants it: a header field is not well-formed");
    }

    private static Refusal refusal(Target target, String reason) {
        return Refusal.of(ProblemKind.TARGET_UNAVAILABLE, target.host() + ":" + target.port() + " " + reason);
    }

    private static String reason(Throwable failure) {
        if (failure instanceof UnknownHostException) {
            return "has no address: check the name in the target's URL, and DNS";
        }
        if (failure instanceof SSLException) {
            return "has a certificate that is not trusted, or speaks no TLS: see quarkus.tls and tls-configuration-name";
        }
        if (failure instanceof ConnectException) {
            return "cannot be reached: check the target's URL, the network and whether the API runs";
        }
        InvalidAnswerException invalid = invalid(failure);
        if (invalid != null) {
            return "did not answer as HTTP wants it: " + invalid.getMessage();
        }
        return isBrokenOff(failure)
                ? "broke the connection off before it answered"
                : "did not answer as HTTP wants it (" + failure.getClass().getSimpleName() + ")";
    }

    /** In HTTP/2 it is the cause of the failure of a stream. */
    private static @Nullable InvalidAnswerException invalid(Throwable failure) {
        if (failure instanceof InvalidAnswerException itself) {
            return itself;
        }
        return failure.getCause() instanceof InvalidAnswerException cause ? cause : null;
    }

    /** Whether a connection that there was is gone: one that was kept open for long may end just when it is used again. */
    static boolean isBrokenOff(Throwable failure) {
        boolean never = failure instanceof SSLException
                || failure instanceof ConnectException
                || failure instanceof UnknownHostException;
        return !never && (failure instanceof HttpClosedException || failure instanceof IOException);
    }
}
