package dev.tokensidecar.demo;

import dev.tokensidecar.demo.AccessTokens.AccessToken;
import dev.tokensidecar.demo.AccessTokens.Holder;
import java.time.Duration;
import java.time.Instant;

/** Makes access tokens of one format. */
final class AccessTokenIssuer {

    private final AccessTokens accessTokens;
    private final AccessTokenFormat format;
    private final Duration life;

    AccessTokenIssuer(AccessTokens accessTokens, AccessTokenFormat format, Duration life) {
        this.accessTokens = accessTokens;
        this.format = format;
        this.life = life;
    }

    AccessToken issue(Holder holder, String scope, Endpoint.Habit habit, Instant now) {
        AccessToken repeated = habit.repeatsAccessToken() ? accessTokens.newest(holder) : null;
        return repeated == null ? newToken(holder, scope, now) : repeated;
    }

    private AccessToken newToken(Holder holder, String scope, Instant now) {
        Instant expiresAt = now.plus(life);
        AccessToken token = new AccessToken(format.value(holder, now, expiresAt), holder, scope, expiresAt);
        accessTokens.add(token, now);
        return token;
    }
}
