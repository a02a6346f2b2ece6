package dev.tokensidecar.forward;

import dev.tokensidecar.ingress.ProblemKind;
import dev.tokensidecar.ingress.ProblemResponse;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides which requests the sidecar does not forward, by their heads. */
final class RequestHead {

    /** The value of {@code Allow} (RFC 9110 section 10.2.1). Other methods pass as well. */
    static final String USUAL_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

    /**
     * TRACE (RFC 9110 section 9.3.8) and Microsoft's TRACK make the API echo the request, including the token. CONNECT
     * asks for a tunnel. Some servers ignore the case of methods.
     */
    private static final Set<String> REJECTED_METHODS = Set.of("TRACE", "TRACK", "CONNECT");

    private RequestHead() {}

    /**
     * Returns why the sidecar does not forward a request; null if it does.
     *
     * @param rest the path below the target, and the query
     */
    static @Nullable ProblemResponse violation(HttpServerRequest request, String rest) {
        String method = request.method().name();
        if (REJECTED_METHODS.contains(method.toUpperCase(Locale.ROOT))) {
            return ProblemResponse.of(ProblemKind.METHOD_NOT_ALLOWED, method + " is not forwarded");
        }
        if (!FieldSyntax.isToken(method)) {
            return ProblemResponse.of(ProblemKind.INVALID_REQUEST, "the method is malformed (RFC 9110 section 9.1)");
        }
        if (!FieldSyntax.isWellFormed(request.headers())) {
            return ProblemResponse.of(
                    ProblemKind.INVALID_REQUEST,
                    "a header field has a malformed name, or a control character in its value (RFC 9110 section 5)");
        }
        String violation = RequestTarget.violation(rest);
        return violation == null ? null : ProblemResponse.of(ProblemKind.INVALID_REQUEST, violation);
    }
}
