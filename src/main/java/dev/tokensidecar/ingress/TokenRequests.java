package dev.tokensidecar.ingress;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.regex.Pattern;

/**
 * Recognizes the requests of OAuth libraries on the token interface: those for a token (RFC 6749 section 3.2), and those for
 * the state of one (RFC 7662 section 2.1).
 */
public final class TokenRequests {

    private static final Pattern PATHS = Pattern.compile("/token|/tokens/[^/]+|/introspect");

    private TokenRequests() {}

    /** Whether a library has sent this request, so that it reads errors in the form of section 5.2, whoever responds. */
    public static boolean isOne(HttpServerRequest request) {
        return request.method().equals(HttpMethod.POST)
                && request.path() != null
                && PATHS.matcher(request.path()).matches();
    }
}
