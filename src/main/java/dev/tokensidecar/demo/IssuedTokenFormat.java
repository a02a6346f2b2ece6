package dev.tokensidecar.demo;

import dev.tokensidecar.demo.AccessTokens.Holder;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.function.Supplier;

/** What an access token looks like from the outside. */
@FunctionalInterface
interface IssuedTokenFormat {

    String value(Holder holder, Instant issuedAt, Instant expiresAt);

    /** A value that means nothing to anybody but this server. */
    static IssuedTokenFormat opaque(Supplier<String> values) {
        return (holder, issuedAt, expiresAt) -> values.get();
    }

    /** The shape of a JWT (RFC 9068) with a chance signature: nobody here checks it, and nobody should. */
    static IssuedTokenFormat jwt(Supplier<String> issuer, Supplier<String> values) {
        return (holder, issuedAt, expiresAt) -> {
            JsonObject header = new JsonObject().put("typ", "at+jwt").put("alg", "HS256");
            JsonObject claims = new JsonObject()
                    .put("iss", issuer.get())
                    .put("sub", holder.subject())
                    .put("client_id", holder.clientId())
                    .put("iat", issuedAt.getEpochSecond())
                    .put("exp", expiresAt.getEpochSecond())
                    .put("jti", values.get());
            return base64(header) + "." + base64(claims) + "." + values.get();
        };
    }

    private static String base64(JsonObject json) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(json.encode().getBytes(StandardCharsets.UTF_8));
    }
}
