package dev.tokensidecar.demo;

import dev.tokensidecar.demo.AccessTokens.Holder;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.function.Supplier;

/** The format of access tokens. */
@FunctionalInterface
interface IssuedTokenFormat {

    String value(Holder holder, String scope, Instant issuedAt, Instant expiresAt);

    /** Makes values that only this server understands. */
    static IssuedTokenFormat opaque(Supplier<String> values) {
        return (holder, scope, issuedAt, expiresAt) -> values.get();
    }

    /** Makes JWTs (RFC 9068), which anybody can verify with {@link JwtSigningKey#publicKeys}. */
    static IssuedTokenFormat jwt(Supplier<String> issuer, Supplier<String> values) {
        return (holder, scope, issuedAt, expiresAt) -> {
            JsonObject header = new JsonObject().put("typ", "at+jwt");
            JsonObject claims = new JsonObject()
                    .put("iss", issuer.get())
                    .put("sub", holder.subject())
                    .put("aud", IntrospectionEndpoint.AUDIENCE)
                    .put("client_id", holder.clientId())
                    .put("scope", scope)
                    .put("iat", issuedAt.getEpochSecond())
                    .put("exp", expiresAt.getEpochSecond())
                    .put("jti", values.get());
            return JwtSigningKey.get().sign(header, claims);
        };
    }
}
