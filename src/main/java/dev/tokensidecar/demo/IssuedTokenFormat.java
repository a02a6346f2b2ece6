package dev.tokensidecar.demo;

import dev.tokensidecar.demo.AccessTokens.Holder;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.function.Supplier;

/** The format of access tokens. */
@FunctionalInterface
interface IssuedTokenFormat {

    String value(Holder holder, Instant issuedAt, Instant expiresAt);

    /** Makes values that only this server understands. */
    static IssuedTokenFormat opaque(Supplier<String> values) {
        return (holder, issuedAt, expiresAt) -> values.get();
    }

    /** Makes JWTs (RFC 9068) with a random signature, because nothing here verifies it. */
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
