package dev.tokensidecar.demo;

import dev.tokensidecar.demo.AccessTokens.IssuedToken;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.Supplier;

/** The ID tokens that come with access tokens of this scope (OpenID Connect Core 1.0, section 12.2). */
final class IdTokens {

    static final String SCOPE = "openid";

    private final Supplier<String> issuer;

    IdTokens(Supplier<String> issuer) {
        this.issuer = issuer;
    }

    /** Adds the ID token to a response with an access token, if the scope has it. Both expire together. */
    JsonObject addTo(JsonObject response, IssuedToken token, Instant now) {
        return Arrays.asList(token.scope().split(" ")).contains(SCOPE)
                ? response.put("id_token", issue(token, now))
                : response;
    }

    private String issue(IssuedToken token, Instant now) {
        JsonObject claims = new JsonObject()
                .put("iss", issuer.get())
                .put("sub", token.holder().subject())
                .put("aud", token.holder().clientId())
                .put("iat", now.getEpochSecond())
                .put("exp", token.expiresAt().getEpochSecond());
        return JwtSigningKey.get().sign(new JsonObject().put("typ", "JWT"), claims);
    }
}
