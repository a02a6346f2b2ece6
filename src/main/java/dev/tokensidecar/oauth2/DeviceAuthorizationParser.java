package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.LoginPrompt;
import dev.tokensidecar.token.RefreshFailure.InvalidResponse;
import dev.tokensidecar.token.Secret;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the answer of a device authorization endpoint (RFC 8628 section 3.2). */
final class DeviceAuthorizationParser implements ResponseReader<DeviceCode> {

    /** Where the answer does not tell: section 3.2 says so for the interval; no server leaves the life out. */
    private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(5);

    private static final Duration DEFAULT_LIFE = Duration.ofMinutes(5);

    /** It is shown in logs and answers, so it must not be able to break out of them. */
    private static final Pattern USER_CODE = Pattern.compile("[\\x21-\\x7e](?:[\\x20-\\x7e]{0,62}[\\x21-\\x7e])?");

    /** RFC 3986 has no other characters; Java has, and some of them turn a line of a log around. */
    private static final Pattern ADDRESS = Pattern.compile("[\\x21-\\x7e]{1,400}");

    @Override
    public DeviceCode read(InboundResponse answer, Redactor scrubber, Instant now) {
        ResponseFields fields = ErrorClassifier.requireSuccess(answer, scrubber, Set.of(), now);
        String deviceCode = fields == null ? null : fields.text("device_code");
        if (fields == null || deviceCode == null) {
            throw unusable("no device code");
        }
        Duration life = orElse(seconds(fields.number("expires_in")), DEFAULT_LIFE);
        LoginPrompt prompt = new LoginPrompt(
                page(fields), address(fields.text("verification_uri_complete")), userCode(fields), now.plus(life));
        requireNoCredential(prompt, scrubber);
        return new DeviceCode(
                Secret.of(deviceCode), prompt, orElse(seconds(fields.number("interval")), DEFAULT_INTERVAL));
    }

    /** It is told to everybody, so a server that echoes what it was sent must not get it in there. */
    private static void requireNoCredential(LoginPrompt prompt, Redactor scrubber) {
        boolean shows = Stream.of(prompt.verificationUri(), prompt.verificationUriComplete(), prompt.userCode())
                .flatMap(Stream::ofNullable)
                .anyMatch(scrubber::shows);
        if (shows) {
            throw unusable("a credential of the client in what it wants to be shown");
        }
    }

    /** Google has another name for it. */
    private static String page(ResponseFields fields) {
        String standard = fields.text("verification_uri");
        String page = address(standard == null ? fields.text("verification_url") : standard);
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

    private static @Nullable String address(@Nullable String text) {
        try {
            return text != null && ADDRESS.matcher(text).matches() && ServerEndpoint.isWebAddress(new URI(text))
                    ? text
                    : null;
        } catch (URISyntaxException noAddress) {
            return null;
        }
    }

    private static @Nullable Duration seconds(@Nullable BigDecimal number) {
        return number == null || number.signum() <= 0 ? null : Lifetimes.seconds(number);
    }

    private static Duration orElse(@Nullable Duration duration, Duration otherwise) {
        return duration == null ? otherwise : duration;
    }

    private static InvalidResponse unusable(String what) {
        return new InvalidResponse("the answer of the device authorization endpoint has " + what);
    }
}
