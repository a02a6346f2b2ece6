package dev.tokensidecar.oauth2;

import dev.tokensidecar.oauth2.http.InboundResponse;
import dev.tokensidecar.oauth2.http.Redactor;
import dev.tokensidecar.token.LoginPrompt;
import dev.tokensidecar.token.RefreshFailure.InvalidResponse;
import dev.tokensidecar.token.Secret;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the response of a device authorization endpoint (RFC 8628 section 3.2). */
final class DeviceAuthorizationParser implements ResponseReader<DeviceCode> {

    /** For a response without {@code interval} (RFC 8628 section 3.2). */
    private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(5);

    /** RFC 8628 counts whole seconds. A fraction would have the sidecar send requests all the time. */
    private static final Duration MIN_INTERVAL = Duration.ofSeconds(1);

    /** For a response without {@code expires_in}, which is required: no known server leaves it out. */
    private static final Duration DEFAULT_LIFETIME = Duration.ofMinutes(5);

    /** Logs and responses show the user code, so it must not be able to break out of them. */
    private static final Pattern USER_CODE = Pattern.compile("[\\x21-\\x7e](?:[\\x20-\\x7e]{0,62}[\\x21-\\x7e])?");

    /** Nobody would type more. */
    private static final int MAX_URI = 400;

    @Override
    public DeviceCode read(InboundResponse response, Redactor redactor, Instant now) {
        response.requireComplete();
        ResponseFields fields = ErrorClassifier.requireSuccess(response, redactor, ErrorDialect.standard(), now);
        String deviceCode = fields == null ? null : fields.text("device_code");
        if (fields == null || deviceCode == null) {
            throw unusable("no device code");
        }
        Duration lifetime = orElse(seconds(fields.number("expires_in")), DEFAULT_LIFETIME);
        LoginPrompt prompt = new LoginPrompt(
                page(fields),
                usableUri(fields.text("verification_uri_complete")),
                userCode(fields),
                now.plus(lifetime));
        requireNoCredential(prompt, redactor);
        return new DeviceCode(Secret.of(deviceCode), prompt, interval(fields));
    }

    private static Duration interval(ResponseFields fields) {
        Duration stated = orElse(seconds(fields.number("interval")), DEFAULT_INTERVAL);
        return stated.compareTo(MIN_INTERVAL) < 0 ? MIN_INTERVAL : stated;
    }

    /** Everybody may see the prompt, so a server must not get an echoed credential into it. */
    private static void requireNoCredential(LoginPrompt prompt, Redactor redactor) {
        boolean leaks = Stream.of(prompt.verificationUri(), prompt.verificationUriComplete(), prompt.userCode())
                .flatMap(Stream::ofNullable)
                .anyMatch(redactor::containsSecret);
        if (leaks) {
            throw unusable("a credential of the client in a field that users see");
        }
    }

    /** Google calls it {@code verification_url}. */
    private static String page(ResponseFields fields) {
        String standard = fields.text("verification_uri");
        String page = usableUri(standard == null ? fields.text("verification_url") : standard);
        if (page == null) {
            throw unusable("no usable verification_uri");
        }
        return page;
    }

    private static String userCode(ResponseFields fields) {
        String code = fields.text("user_code");
        if (code == null || !USER_CODE.matcher(code).matches()) {
            throw unusable("no usable user_code");
        }
        return code;
    }

    private static @Nullable String usableUri(@Nullable String text) {
        URI uri = UriText.read(text);
        return text != null && text.length() <= MAX_URI && uri != null && ServerEndpoint.isWebAddress(uri)
                ? text
                : null;
    }

    private static @Nullable Duration seconds(@Nullable BigDecimal number) {
        return number == null || number.signum() <= 0 ? null : Lifetimes.seconds(number);
    }

    private static Duration orElse(@Nullable Duration duration, Duration otherwise) {
        return duration == null ? otherwise : duration;
    }

    private static InvalidResponse unusable(String what) {
        return new InvalidResponse("the response of the device authorization endpoint has " + what);
    }
}
