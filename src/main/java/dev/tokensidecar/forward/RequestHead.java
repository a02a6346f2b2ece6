package dev.tokensidecar.forward;

import dev.tokensidecar.ingress.ProblemKind;
import dev.tokensidecar.ingress.ProblemResponse;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a request must not begin with. */
final class RequestHead {

    /** For {@code Allow} (RFC 9110 section 10.2.1). Others pass as well. */
    static final String USUAL_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

    /**
     * RFC 9110 section 9.3.8: TRACE, and Microsoft's TRACK, have the API show what it was sent, the token with it. CONNECT
     * asks for a tunnel. Some servers do not mind the case.
     */
    private static final Set<String> REFUSED_METHODS = Set.of("TRACE", "TRACK", "CONNECT");

    private RequestHead() {}

    /**
     * Why it is not passed on; null if it is.
     *
     * @param rest path and query below the target
     */
    static @Nullable ProblemResponse objection(HttpServerRequest request, String rest) {
        String method = request.method().name();
        if (REFUSED_METHODS.contains(method.toUpperCase(Locale.ROOT))) {
            return ProblemResponse.of(ProblemKind.METHOD_NOT_ALLOWED, method + " is not forwarded");
        }
        if (!FieldSyntax.isToken(method)) {
            return ProblemResponse.of(ProblemKind.INVALID_REQUEST, "the method is none (RFC 9110 section 9.1)");
        }
        if (!FieldSyntax.isClear(request.headers())) {
            return ProblemResponse.of(
                    ProblemKind.INVALID_REQUEST,
                    "a header field has no proper name, or a control character in its value (RFC 9110 section 5)");
        }
        String objection = RequestTarget.objection(rest);
        return objection == null ? null : ProblemResponse.of(ProblemKind.INVALID_REQUEST, objection);
    }
}
