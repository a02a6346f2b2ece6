package dev.tokensidecar.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.Moment;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A token that was exchanged for that of a user (RFC 8693 section 2.2.1).
 *
 * @param issuedTokenType what the request asked for, an access token if it did not say
 * @param expiresIn the remaining lifetime now, in whole seconds; not longer than that of the user's token,
 *     unless the authorization server accepted one that had ended
 * @param scope the granted scope; left out if the authorization server did not name it
 */
@RegisterForReflection // no resource method returns it
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"access_token", "issued_token_type", "token_type", "expires_in", "scope"})
@Schema(name = "ExchangedToken", description = "A token on behalf of a user (RFC 8693 section 2.2.1).")
record ExchangedTokenJson(
        @JsonProperty("access_token") String accessToken,
        @JsonProperty("issued_token_type") String issuedTokenType,
        @JsonProperty("token_type") String tokenType,
        @JsonProperty("expires_in") long expiresIn,
        @Nullable String scope) {

    private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

    static ExchangedTokenJson of(AccessToken token, @Nullable String requestedTokenType, Moment now) {
        return new ExchangedTokenJson(
                token.value().reveal(),
                requestedTokenType == null ? ACCESS_TOKEN : requestedTokenType,
                token.tokenType(),
                token.remaining(now).toSeconds(),
                token.scope());
    }

    @Override
    public String toString() {
        return "ExchangedTokenJson[scope=" + scope + "]";
    }
}
