package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.Secret;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jspecify.annotations.Nullable;

/**
 * Makes what a client says of itself, to be signed (RFC 7523 section 3, OpenID Connect Core section 9). Each one is for
 * one request: servers remember its {@code jti} and take it for a replay the second time.
 */
public final class ClientAssertion {

    /**
     * From {@code iat} to {@code exp}: time for a slow way to a server whose clock is a little ahead, and not more than
     * the strictest servers let a client claim. There is no {@code nbf}, which a clock that is behind would refuse.
     */
    static final Duration LIFE = Duration.ofSeconds(60);

    /** Nobody guesses or repeats so many random bytes. */
    private static final int ID_BYTES = 16;

    private final String clientId;
    private final @Nullable String audience;
    private final InstantSource clock;
    private final SecureRandom random;

    /** @param audience whom it is for ({@code aud}); null for the token endpoint, by its address */
    public ClientAssertion(String clientId, @Nullable String audience, InstantSource clock, SecureRandom random) {
        this.clientId = clientId;
        this.audience = audience;
        this.clock = clock;
        this.random = random;
    }

    /** A new one, signed, as the proof for one request to this token endpoint. */
    ClientAuthenticationParameters proof(SigningKey key, URI tokenEndpoint) {
        Secret assertion = key.sign(claims(tokenEndpoint).toJson());
        return ClientAuthenticationParameters.assertion(clientId, assertion, key.fingerprint());
    }

    private JwtClaims claims(URI tokenEndpoint) {
        Instant now = clock.instant();
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(clientId);
        claims.setSubject(clientId);
        claims.setAudience(audience == null ? tokenEndpoint.toString() : audience);
        claims.setJwtId(id());
        claims.setIssuedAt(NumericDate.fromSeconds(now.getEpochSecond()));
        claims.setExpirationTime(NumericDate.fromSeconds(now.plus(LIFE).getEpochSecond()));
        return claims;
    }

    private String id() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
