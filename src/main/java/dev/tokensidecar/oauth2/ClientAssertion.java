package dev.tokensidecar.oauth2;

import dev.tokensidecar.oauth2.keys.SigningKey;
import dev.tokensidecar.token.Secret;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jspecify.annotations.Nullable;

/**
 * Makes the assertions with which a client authenticates (RFC 7523 section 3, OpenID Connect Core section 9). Each
 * request needs its own: servers remember the {@code jti} and reject a second use as a replay.
 */
public final class ClientAssertion {

    /**
     * The time from {@code iat} to {@code exp}. Allows for a slow network and a server whose clock is slightly ahead, and
     * stays within the limit of the strictest servers. The assertion has no {@code nbf}, because a server whose clock is
     * behind would reject it.
     */
    static final Duration LIFETIME = Duration.ofSeconds(60);

    private final String clientId;
    private final @Nullable String audience;
    private final InstantSource clock;
    private final SecureRandom random;

    /** @param audience the {@code aud} claim; null for the URL of the token endpoint */
    public ClientAssertion(String clientId, @Nullable String audience, InstantSource clock, SecureRandom random) {
        this.clientId = clientId;
        this.audience = audience;
        this.clock = clock;
        this.random = random;
    }

    /** Signs a new assertion, for one request to this token endpoint. */
    ClientAuthenticationParameters authenticate(SigningKey key, URI tokenEndpoint) {
        Secret assertion = key.sign(claims(tokenEndpoint).toJson());
        return ClientAuthenticationParameters.assertion(clientId, assertion, key.fingerprint());
    }

    private JwtClaims claims(URI tokenEndpoint) {
        Instant now = clock.instant();
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(clientId);
        claims.setSubject(clientId);
        claims.setAudience(audience == null ? tokenEndpoint.toString() : audience);
        claims.setJwtId(JwtIds.next(random));
        claims.setIssuedAt(NumericDate.fromSeconds(now.getEpochSecond()));
        claims.setExpirationTime(NumericDate.fromSeconds(now.plus(LIFETIME).getEpochSecond()));
        return claims;
    }
}
