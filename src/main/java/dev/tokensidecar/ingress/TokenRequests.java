package dev.tokensidecar.ingress;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.regex.Pattern;

/** Recognizes the token requests of OAuth client libraries (RFC 6749 section 3.2) on the token interface. */
public final class TokenRequests {

    private static final Pattern PATHS = Pattern.compile("/token|/tokens/[^/]+");

    private TokenRequests() {}

    /** Whether a library has sent this request, so that it reads errors in the form of section 5.2, whoever responds. */
    public static boolean isOne(HttpServerRequest request) {
        return request.method().equals(HttpMethod.POST)
                && request.path() != null
                && PATHS.matcher(request.path()).matches();
    }
}
