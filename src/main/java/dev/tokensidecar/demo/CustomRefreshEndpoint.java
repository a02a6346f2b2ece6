package dev.tokensidecar.demo;

import dev.tokensidecar.demo.AccessTokens.IssuedToken;
import dev.tokensidecar.demo.AccessTokens.Holder;
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
 * What an application has that made its own log-in: no OAuth, no clients, {@code {"refreshToken":"..."}} for an access
 * token in a header, and a refresh token that stays the same.
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
        } catch (DecodeException | ClassCastException unreadable) {
            return null;
        }
    }

    @Override
    public TokenReply answer(ReceivedRequest request, Habit habit) {
        String presented = request.field("refresh_token");
        if (presented == null) {
            return refusal(400, "refreshToken is missing");
        }
        Instant now = clock.instant();
        return switch (families.present(presented, families.clientOf(presented), false, now)) {
            case Redemption.Accepted accepted -> granted(accepted.family(), habit, now);
            case Redemption.Refused refused -> refusal(401, refused.words());
        };
    }

    private TokenReply granted(Family family, Habit habit, Instant now) {
        IssuedToken token = issuer.issue(new Holder(family.clientId(), family.id()), family.scope(), habit, now);
        return new TokenReply(200, Map.of("Authorization", "Bearer " + token.value()), new JsonObject());
    }

    private static TokenReply refusal(int status, String message) {
        return new TokenReply(status, Map.of(), new JsonObject().put("message", message));
    }
}
