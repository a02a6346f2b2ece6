package dev.tokensidecar.oauth2;

import dev.tokensidecar.oauth2.keys.SigningKey;
import dev.tokensidecar.token.Secret;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jspecify.annotations.Nullable;

/** Signs JWTs that this client presents: assertions of a grant (RFC 7523 section 3), or bearer tokens. */
public final class SelfSignedJwt {

    private final JwtSigner signer;
    private final Claims claims;
    private final InstantSource clock;
    private final SecureRandom random;

    /**
     * The claims besides {@code iss}.
     *
     * @param use what the JWT is for
     * @param subject {@code sub}; null for none
     * @param audience {@code aud}; null for none
     * @param scope {@code scope}; null for none
     * @param further further claims
     * @param lifetime the time until {@code exp}
     * @param backdated how far {@code iat} lies in the past, for servers whose clock is behind
     */
    public record Claims(
            Use use,
            @Nullable String subject,
            @Nullable String audience,
            @Nullable String scope,
            Map<String, String> further,
            Duration lifetime,
            Duration backdated) {

        public Claims {
            further = Map.copyOf(further);
        }
    }

    /** What a JWT is for. */
    public enum Use {
        /** Presented once, as an assertion. Has a {@code jti}: servers remember it and reject a second use as a replay. */
        ASSERTION,
        /** Presented as a bearer token. Has no {@code jti}, because that would make it look like one for a single use. */
        BEARER
    }

    /**
     * A signed JWT.
     *
     * @param value the compact form
     * @param lifetime the time until {@code exp}, which has no fractions of a second
     */
    record Signed(Secret value, Duration lifetime) {}

    public SelfSignedJwt(JwtSigner signer, Claims claims, InstantSource clock, SecureRandom random) {
        this.signer = signer;
        this.claims = claims;
        this.clock = clock;
        this.random = random;
    }

    /** Signs a new JWT. May block. */
    Signed sign() {
        JwtSigner.Identity identity = signer.read();
        Instant now = clock.instant();
        Instant expiry = Instant.ofEpochSecond(now.plus(claims.lifetime()).getEpochSecond());
        SigningKey key = identity.key();
        return new Signed(key.sign(jwt(identity, now, expiry).toJson()), Duration.between(now, expiry));
    }

    @Nullable String scope() {
        return claims.scope();
    }

    private JwtClaims jwt(JwtSigner.Identity identity, Instant now, Instant expiry) {
        JwtClaims jwt = new JwtClaims();
        claims.further().forEach(jwt::setClaim);
        jwt.setIssuer(identity.issuer());
        set(jwt, "sub", subject(identity));
        set(jwt, "aud", claims.audience());
        set(jwt, "scope", claims.scope());
        if (claims.use() == Use.ASSERTION) {
            jwt.setJwtId(JwtIds.next(random));
        }
        jwt.setIssuedAt(NumericDate.fromSeconds(now.minus(claims.backdated()).getEpochSecond()));
        jwt.setExpirationTime(NumericDate.fromSeconds(expiry.getEpochSecond()));
        return jwt;
    }

    /** A service account speaks for itself in a bearer token. In an assertion, a subject is a user that it acts for. */
    private @Nullable String subject(JwtSigner.Identity identity) {
        return claims.subject() == null && claims.use() == Use.BEARER ? identity.account() : claims.subject();
    }

    private static void set(JwtClaims jwt, String name, @Nullable String value) {
        if (value != null) {
            jwt.setClaim(name, value);
        }
    }
}
