package dev.tokensidecar.ingress;

import dev.tokensidecar.token.LogValue;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.Secret;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The credentials that callers have to present besides being local: a header, a secret, or none, as configured. */
public final class CallerCredentials {

    /** Requires no credentials. */
    public static final CallerCredentials NONE = new CallerCredentials(null, null, null);

    static final String SECRET_HEADER = "X-Sidecar-Secret";

    private static final Logger LOG = Logger.getLogger(CallerCredentials.class);
    private static final String BASIC = "basic ";

    private final @Nullable String headerName;
    private final @Nullable String headerValue;
    private final @Nullable Supplier<List<Secret>> secrets;
    private final AtomicBoolean failureLogged = new AtomicBoolean();

    /**
     * Sets the required credentials.
     *
     * @param headerName a header that every request must have; null for none
     * @param headerValue the value of that header
     * @param secrets reads the secrets that callers may present; may block; null for none
     */
    public CallerCredentials(
            @Nullable String headerName, @Nullable String headerValue, @Nullable Supplier<List<Secret>> secrets) {
        this.headerName = headerName;
        this.headerValue = headerValue;
        this.secrets = secrets;
    }

    /** Returns the names of the header fields that are meant for the sidecar only, in lower case. */
    public Set<String> headers() {
        String secret = SECRET_HEADER.toLowerCase(Locale.ROOT);
        return headerName == null ? Set.of(secret) : Set.of(secret, headerName.toLowerCase(Locale.ROOT));
    }

    /** Whether callers have to present a secret. */
    public boolean needsSecret() {
        return secrets != null;
    }

    /** Returns why the header is not sufficient; null if it is. */
    @Nullable String headerRejection(HttpServerRequest request) {
        if (headerName == null || request.headers().getAll(headerName).equals(List.of(headerValue))) {
            return null;
        }
        return "the header " + headerName + ": " + headerValue + " is required";
    }

    /** Returns why the secret in the headers is not sufficient; null if it is. May block. */
    public @Nullable String secretRejection(HttpServerRequest request) {
        return secretRejection(request, List.of());
    }

    /**
     * Returns why the secret is not sufficient; null if it is. May block.
     *
     * @param inForm the client secrets in the body of a token request
     */
    @Nullable String secretRejection(HttpServerRequest request, List<String> inForm) {
        List<Secret> accepted;
        try {
            accepted = secrets == null ? List.of() : secrets.get();
            failureLogged.set(false);
        } catch (RefreshFailure unreadable) {
            logOnce(unreadable);
            return "the sidecar cannot read the caller secret, so it rejects every request; its log has the cause";
        }
        List<Secret> presented = presented(request, inForm);
        return accepted.stream().anyMatch(presented::contains)
                ? null
                : "the caller secret is required, as the header " + SECRET_HEADER + " or as the password of HTTP Basic";
    }

    private void logOnce(RefreshFailure unreadable) {
        if (!failureLogged.getAndSet(true)) {
            LOG.errorf(
                    "every request is rejected error=%s cure=%s",
                    LogValue.of(unreadable.error()), LogValue.of(unreadable.detail()));
        }
    }

    private static List<Secret> presented(HttpServerRequest request, List<String> inForm) {
        return Stream.of(
                        request.headers().getAll(SECRET_HEADER).stream(),
                        request.headers().getAll(HttpHeaders.AUTHORIZATION).stream()
                                .flatMap(CallerCredentials::passwords),
                        inForm.stream())
                .flatMap(texts -> texts)
                .filter(text -> !text.isEmpty())
                .map(Secret::of)
                .toList();
    }

    /** Returns the password verbatim, and decoded as OAuth clients encode it (RFC 6749 section 2.3.1). */
    private static Stream<String> passwords(String authorization) {
        if (!authorization.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return Stream.empty();
        }
        try {
            byte[] pair = Base64.getDecoder()
                    .decode(authorization.substring(BASIC.length()).strip());
            String text = new String(pair, StandardCharsets.UTF_8);
            String password = text.substring(text.indexOf(':') + 1);
            return Stream.of(password, URLDecoder.decode(password, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException notBase64) {
            return Stream.empty();
        }
    }
}
