package dev.tokensidecar.demo;

import dev.tokensidecar.demo.AccessTokens.IssuedToken;
import dev.tokensidecar.demo.AccessTokens.Holder;
import java.time.Duration;
import java.time.Instant;

/** Makes access tokens of one format. */
final class AccessTokenIssuer {

    private final AccessTokens accessTokens;
    private final IssuedTokenFormat format;
    private final Duration life;

    AccessTokenIssuer(AccessTokens accessTokens, IssuedTokenFormat format, Duration life) {
        this.accessTokens = accessTokens;
        this.format = format;
        this.life = life;
    }

    IssuedToken issue(Holder holder, String scope, GrantEndpoint.Habit habit, Instant now) {
        IssuedToken repeated = habit.repeatsAccessToken() ? accessTokens.newest(holder) : null;
        return repeated == null ? newToken(holder, scope, now) : repeated;
    }

    private IssuedToken newToken(Holder holder, String scope, Instant now) {
        Instant expiresAt = now.plus(life);
        IssuedToken token = new IssuedToken(format.value(holder, now, expiresAt), holder, scope, expiresAt);
        accessTokens.add(token, now);
        return token;
    }
}
