package dev.tokensidecar.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokensidecar.token.InvisibleCharacter;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.TokenHash;
import java.net.URLEncoder;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One configured token of a running sidecar, or one field that came with it.
 *
 * @param token the name of the token; null for the one of {@code /token}
 * @param field the name of the field; null for the access token
 */
record CredentialSource(
        SidecarClient client,
        @Nullable String token,
        @Nullable String field) {

    private static final String ACCESS_TOKEN = "access_token";

    /** Asks the sidecar. */
    Credential get() {
        Map<String, String> response = ask();
        return new Credential(
                value(response, field == null ? ACCESS_TOKEN : field), instant(response.get("expires_at")));
    }

    private Map<String, String> ask() {
        String query = field == null ? "" : "?field=" + URLEncoder.encode(field, UTF_8);
        return client.get(path() + query).requireSuccess().fields();
    }

    private Secret value(Map<String, String> response, String name) {
        String value = response.get(name);
        if (value == null || value.isEmpty()) {
            throw new CommandFailure(client.address() + " responds, but not as a sidecar: check the address");
        }
        if (InvisibleCharacter.in(value).isPresent()) {
            throw new CommandFailure(name + " is more than one line of text, so it cannot be a credential");
        }
        return Secret.of(value);
    }

    /**
     * Reports that a server has rejected a credential. The sidecar gets another token if this is still its current one. The
     * credential may be one of another helper, so the report contains its hash only.
     */
    void reject(Secret rejected) {
        Secret accessToken = field == null ? rejected : accessTokenWith(rejected);
        if (accessToken != null) {
            var unused = client.get(
                            path() + "?rejected=" + TokenHash.of(accessToken).reveal())
                    .requireSuccess();
        }
    }

    /** Returns the access token that came with a value of the field; null if that is not the current one. */
    private @Nullable Secret accessTokenWith(Secret fieldValue) {
        Map<String, String> response = ask();
        return value(response, Objects.requireNonNull(field)).equals(fieldValue) ? value(response, ACCESS_TOKEN) : null;
    }

    private String path() {
        return token == null ? "/token" : "/tokens/" + token;
    }

    private static @Nullable Instant instant(@Nullable String text) {
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
