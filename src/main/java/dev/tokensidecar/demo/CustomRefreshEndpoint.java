package dev.tokensidecar.demo;

import dev.tokensidecar.demo.AccessTokens.Holder;
import dev.tokensidecar.demo.AccessTokens.IssuedToken;
import dev.tokensidecar.demo.TokenFamilies.Family;
import dev.tokensidecar.demo.TokenFamilies.Redemption;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A home-grown refresh endpoint, as some applications have it: no OAuth and no clients. It takes
 * {@code {"refreshToken":"..."}}, returns an access token in a header, and never rotates the refresh token.
 */
final class CustomRefreshEndpoint implements GrantEndpoint {

    static final String PATH = "/auth/refresh";

    private final TokenFamilies families;
    private final AccessTokenIssuer issuer;
    private final InstantSource clock;

    CustomRefreshEndpoint(TokenFamilies families, AccessTokenIssuer issuer, InstantSource clock) {
        this.families = families;
        this.issuer = issuer;
        this.clock = clock;
    }

    @Override
    public String path() {
        return PATH;
    }

    @Override
    public ReceivedRequest read(RoutingContext exchange) {
        return ReceivedRequest.of(refreshToken(exchange), exchange.request().headers());
    }

    private static @Nullable String refreshToken(RoutingContext exchange) {
        try {
            JsonObject body = exchange.body().asJsonObject();
            return body == null ? null : body.getString("refreshToken");
        } catch (DecodeException | ClassCastException invalid) {
            return null;
        }
    }

    @Override
    public TokenReply handle(ReceivedRequest request, Behavior behavior) {
        String presented = request.field("refresh_token");
        if (presented == null) {
            return error(400, "refreshToken is missing");
        }
        Instant now = clock.instant();
        return switch (families.present(presented, families.clientOf(presented), false, now)) {
            case Redemption.Accepted accepted -> granted(accepted.family(), behavior, now);
            case Redemption.Rejected rejected -> error(401, rejected.description());
        };
    }

    private TokenReply granted(Family family, Behavior behavior, Instant now) {
        IssuedToken token =
                issuer.issue(Holder.ofSession(family.clientId(), family.id()), family.scope(), behavior, now);
        return new TokenReply(200, Map.of("Authorization", "Bearer " + token.value()), new JsonObject());
    }

    private static TokenReply error(int status, String message) {
        return new TokenReply(status, Map.of(), new JsonObject().put("message", message));
    }
}
