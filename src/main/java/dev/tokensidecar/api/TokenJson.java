package dev.tokensidecar.api;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.Moment;
import dev.tokensidecar.token.Secret;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A token as the sidecar serves it to the application (RFC 6749 section 5.1).
 *
 * @param expiresIn the remaining lifetime now, in whole seconds
 * @param expiresAt the expiry time on the wall clock (RFC 3339); not for OAuth client libraries
 * @param scope the granted scope; left out if the authorization server did not name it
 * @param generation grows by one with each new token
 * @param further the further field that the caller wants, by its name; null for none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"access_token", "token_type", "expires_in", "expires_at", "scope", "generation"})
@Schema(name = "Token", description = "A token (RFC 6749 section 5.1).")
record TokenJson(
        @JsonProperty("access_token") String accessToken,
        @JsonProperty("token_type") String tokenType,
        @JsonProperty("expires_in") long expiresIn,
        @JsonProperty("expires_at") @Nullable String expiresAt,
        @Nullable String scope,
        long generation,
        @JsonAnyGetter @Schema(hidden = true) @Nullable Map<String, String> further) {

    static TokenJson of(AccessToken token, Moment now) {
        return of(token, now, null);
    }

    /**
     * Returns the token with a further field.
     *
     * @param field its name; null for none
     * @throws FieldNotSent if the authorization server has not sent it
     */
    static TokenJson of(AccessToken token, Moment now, @Nullable String field) {
        return new TokenJson(
                token.value().reveal(),
                token.tokenType(),
                token.remaining(now).toSeconds(),
                token.expiresAt(now).truncatedTo(ChronoUnit.SECONDS).toString(),
                token.scope(),
                token.generation(),
                field == null ? null : Map.of(field, valueOf(token, field)));
    }

    /** Returns the value of a further field. */
    static String valueOf(AccessToken token, String field) {
        Secret value = token.fields().get(field);
        if (value == null) {
            throw new FieldNotSent(field);
        }
        return value.reveal();
    }

    /** Returns the same without {@code expires_at}: Authlib and others read a number of seconds in a field of this name. */
    static TokenJson forLibrary(AccessToken token, Moment now) {
        TokenJson json = of(token, now);
        return new TokenJson(json.accessToken, json.tokenType, json.expiresIn, null, json.scope, json.generation, null);
    }

    @Override
    public String toString() {
        return "TokenJson[generation=" + generation + "]";
    }
}
