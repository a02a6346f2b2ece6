package dev.tokensidecar.kubernetes;

import dev.tokensidecar.token.RecordConflict;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreProblem;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** Says what a response or a broken connection means. Messages name the request and quote nothing from the response. */
final class ApiFailures {

    private ApiFailures() {}

    /** Returns the failure for a response without success. */
    static RuntimeException of(ApiReply reply, ApiRequest request) {
        int status = reply.status();
        String responded = "the API server of Kubernetes responded " + status + " to " + request;
        return switch (status) {
            case 401, 403 -> new StoreFailure(StoreProblem.FORBIDDEN, responded);
            case 404 -> new StoreFailure(StoreProblem.MISSING, responded);
            case 409 -> new RecordConflict();
            case 410 -> new StaleVersion();
            default -> new StoreFailure(problem(reply), responded);
        };
    }

    private static StoreProblem problem(ApiReply reply) {
        if (isThrottled(reply)) {
            return StoreProblem.THROTTLED;
        }
        return reply.status() >= 500 ? StoreProblem.UNREACHABLE : StoreProblem.UNWRITABLE;
    }

    /** Whether the API server asks for fewer requests (RFC 6585 section 4, RFC 9110 section 15.6.4). */
    static boolean isThrottled(ApiReply reply) {
        return reply.status() == 429 || (reply.status() == 503 && reply.retryAfter() != null);
    }

    static boolean isForbidden(Throwable failure) {
        return failure instanceof StoreFailure it && it.problem() == StoreProblem.FORBIDDEN;
    }

    /** Returns the failure for a response that is not what the API of Kubernetes defines. */
    static StoreFailure unexpected(ApiRequest request) {
        return new StoreFailure(StoreProblem.UNREACHABLE, "the response to " + request + " is not one of Kubernetes");
    }

    /** Returns the failure for an exchange that has failed. Failures of this package stay as they are. */
    static Throwable of(Throwable failure, ApiRequest request) {
        if (failure instanceof StoreFailure || failure instanceof RecordConflict || failure instanceof StaleVersion) {
            return failure;
        }
        List<Throwable> causes = Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .limit(8)
                .toList();
        String failed = request + " failed: ";
        if (causes.stream().anyMatch(ApiFailures::isTimeout)) {
            return new StoreFailure(StoreProblem.SLOW, failed + "no response of the API server of Kubernetes in time");
        }
        return new StoreFailure(StoreProblem.UNREACHABLE, failed + reason(causes));
    }

    private static boolean isTimeout(Throwable cause) {
        return cause instanceof ApiExchange.TimedOut
                || cause.getClass().getSimpleName().contains("Timeout");
    }

    private static String reason(List<Throwable> causes) {
        if (has(causes, UnknownHostException.class)) {
            return "the name of the API server cannot be resolved";
        }
        if (has(causes, SSLException.class) || has(causes, CertificateException.class)) {
            String reason = causes.getLast().getMessage();
            return "TLS with the API server failed" + (reason == null ? "" : ": " + reason);
        }
        return has(causes, ConnectException.class)
                ? "no connection to the API server"
                : "the connection to the API server broke ("
                        + causes.getLast().getClass().getSimpleName() + ")";
    }

    private static boolean has(List<Throwable> causes, Class<? extends Throwable> type) {
        return causes.stream().anyMatch(type::isInstance);
    }
}
