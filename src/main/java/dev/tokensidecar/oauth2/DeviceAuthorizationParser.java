package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.Prompt;
import dev.tokensidecar.token.RefreshFailure.InvalidResponse;
import dev.tokensidecar.token.Secret;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the answer of a device authorization endpoint (RFC 8628 section 3.2). */
final class DeviceAuthorizationParser implements AnswerReader<DeviceCode> {

    /** Where the answer does not tell: section 3.2 says so for the interval; no server leaves the life out. */
    private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(5);

    private static final Duration DEFAULT_LIFE = Duration.ofMinutes(5);

    /** It is shown in logs and answers, so it must not be able to break out of them. */
    private static final Pattern USER_CODE = Pattern.compile("[\\x21-\\x7e](?:[\\x20-\\x7e]{0,62}[\\x21-\\x7e])?");

    @Override
    public DeviceCode read(HttpAnswer answer, Scrubber scrubber, Instant now) {
        AnswerFields fields = AnswerFields.read(answer.body());
        OAuthError error = fields == null ? OAuthError.NONE : OAuthError.in(fields, scrubber);
        if (!answer.success() || error.present()) {
            throw ErrorClassifier.classify(answer, error, Set.of(), now);
        }
        String deviceCode = fields == null ? null : fields.text("device_code");
        if (fields == null || deviceCode == null) {
            throw unusable("no device code");
        }
        Duration life = orElse(seconds(fields.number("expires_in")), DEFAULT_LIFE);
        Prompt prompt = new Prompt(
                page(fields), address(fields.text("verification_uri_complete")), userCode(fields), now.plus(life));
        return new DeviceCode(
                Secret.of(deviceCode), prompt, orElse(seconds(fields.number("interval")), DEFAULT_INTERVAL));
    }

    /** Google has another name for it. */
    private static String page(AnswerFields fields) {
        String standard = fields.text("verification_uri");
        String page = address(standard == null ? fields.text("verification_url") : standard);
        if (page == null) {
            throw unusable("no usable verification_uri");
        }
        return page;
    }

    private static String userCode(AnswerFields fields) {
        String code = fields.text("user_code");
        if (code == null || !USER_CODE.matcher(code).matches()) {
            throw unusable("no usable user_code");
        }
        return code;
    }

    private static @Nullable String address(@Nullable String text) {
        try {
            return text != null && Endpoint.usable(new URI(text)) ? text : null;
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
