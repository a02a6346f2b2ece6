package dev.tokensidecar.demo;

import dev.tokensidecar.demo.AccessTokens.Holder;
import dev.tokensidecar.demo.AccessTokens.IssuedToken;
import java.time.Duration;
import java.time.Instant;

/** Issues access tokens of one format. */
final class AccessTokenIssuer {

    private final AccessTokens accessTokens;
    private final IssuedTokenFormat format;
    private final Duration lifetime;

    AccessTokenIssuer(AccessTokens accessTokens, IssuedTokenFormat format, Duration lifetime) {
        this.accessTokens = accessTokens;
        this.format = format;
        this.lifetime = lifetime;
    }

    IssuedToken issue(Holder holder, String scope, GrantEndpoint.Behavior behavior, Instant now) {
        IssuedToken repeated = behavior.repeatsAccessToken() ? accessTokens.newest(holder) : null;
        return repeated == null ? newToken(holder, scope, now) : repeated;
    }

    private IssuedToken newToken(Holder holder, String scope, Instant now) {
        Instant expiresAt = now.plus(lifetime);
        IssuedToken token = new IssuedToken(format.value(holder, scope, now, expiresAt), holder, scope, expiresAt);
        accessTokens.add(token, now);
        return token;
    }
}
