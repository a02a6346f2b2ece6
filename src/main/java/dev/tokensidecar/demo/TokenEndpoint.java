package dev.tokensidecar.demo;

import dev.tokensidecar.demo.AccessTokens.IssuedToken;
import dev.tokensidecar.demo.AccessTokens.Holder;
import dev.tokensidecar.demo.TokenFamilies.Family;
import dev.tokensidecar.demo.TokenFamilies.Redemption;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The grants of RFC 6749: a refresh token (section 6) or client credentials (section 4.4) for an access token. */
final class TokenEndpoint implements GrantEndpoint {

    private final ClientRegistry clients;
    private final TokenFamilies families;
    private final AccessTokenIssuer issuer;
    private final DemoOptions options;
    private final InstantSource clock;

    TokenEndpoint(ClientRegistry clients, TokenFamilies families, AccessTokenIssuer issuer, DemoOptions options) {
        this.clients = clients;
        this.families = families;
        this.issuer = issuer;
        this.options = options;
        this.clock = options.clock();
    }

    @Override
    public String path() {
        return Discovery.TOKEN_PATH;
    }

    @Override
    public ReceivedRequest read(RoutingContext exchange) {
        return ReceivedRequest.of(
                exchange.request().formAttributes(), exchange.request().headers());
    }

    @Override
    public TokenReply answer(ReceivedRequest request, Habit habit) {
        try {
            if (!request.wellFormed()) {
                throw TokenError.invalidRequest("the request is not a form, or a field comes twice");
            }
            String clientId = clients.authenticate(request);
            return switch (request.required("grant_type")) {
                case "refresh_token" -> refresh(request, clientId, habit);
                case "client_credentials" -> clientCredentials(request, clientId, habit);
                default -> throw TokenError.of("unsupported_grant_type", "refresh_token and client_credentials only");
            };
        } catch (TokenError refusal) {
            return refusal.reply();
        }
    }

    /** The scope is checked first: a refused request must not spend the refresh token. */
    private TokenReply refresh(ReceivedRequest request, String clientId, Habit habit) throws TokenError {
        Instant now = clock.instant();
        String presented = request.required("refresh_token");
        Family family = families.find(presented, clientId);
        String scope = family == null ? "" : narrowed(family.scope(), request.field("scope"));
        return switch (families.present(presented, clientId, habit.rotates(), now)) {
            case Redemption.Accepted accepted -> {
                Holder holder = new Holder(clientId, accepted.family().id());
                JsonObject body = grant(holder, scope, habit, now);
                yield granted(withRefreshToken(body, accepted, now));
            }
            case Redemption.Refused refused -> throw TokenError.of("invalid_grant", refused.words());
        };
    }

    private TokenReply clientCredentials(ReceivedRequest request, String clientId, Habit habit) throws TokenError {
        if (clients.isPublic(clientId)) {
            throw TokenError.of("unauthorized_client", "client credentials are for confidential clients");
        }
        String scope = narrowed(options.scope(), request.field("scope"));
        return granted(grant(new Holder(clientId, null), scope, habit, clock.instant()));
    }

    private JsonObject grant(Holder holder, String scope, Habit habit, Instant now) {
        IssuedToken token = issuer.issue(holder, scope, habit, now);
        return new JsonObject()
                .put("access_token", token.value())
                .put("token_type", "Bearer")
                .put("expires_in", secondsUntil(token.expiresAt(), now))
                .put("scope", token.scope());
    }

    private static JsonObject withRefreshToken(JsonObject body, Redemption.Accepted accepted, Instant now) {
        if (accepted.rotated()) {
            body.put("refresh_token", accepted.refreshToken());
        }
        if (accepted.expiresAt() != null) {
            body.put("refresh_expires_in", secondsUntil(accepted.expiresAt(), now));
        }
        return body;
    }

    private static TokenReply granted(JsonObject body) {
        return new TokenReply(200, Map.of(), body);
    }

    /** Less scope than granted is fine, more is not (RFC 6749 section 6). */
    private static String narrowed(String granted, @Nullable String wanted) throws TokenError {
        if (wanted == null) {
            return granted;
        }
        if (!words(granted).containsAll(words(wanted))) {
            throw TokenError.of("invalid_scope", "the scope is wider than what was granted");
        }
        return wanted;
    }

    private static Set<String> words(String scope) {
        return new HashSet<>(Arrays.asList(scope.split(" ")));
    }

    private static long secondsUntil(Instant end, Instant now) {
        return Math.max(0, Duration.between(now, end).toSeconds());
    }
}
