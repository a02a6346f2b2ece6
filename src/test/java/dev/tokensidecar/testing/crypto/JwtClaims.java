package dev.tokensidecar.testing.crypto;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Base64;

/** The claims of a JWT, without a check of its signature. */
public final class JwtClaims {

    private JwtClaims() {}

    /** Decodes the claims. */
    public static JsonObject of(String jwt) {
        return new JsonObject(Buffer.buffer(Base64.getUrlDecoder().decode(jwt.split("\\.", -1)[1])));
    }
}
