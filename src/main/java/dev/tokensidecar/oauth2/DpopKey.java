package dev.tokensidecar.oauth2;

import dev.tokensidecar.oauth2.keys.ProofKeyPair;
import dev.tokensidecar.token.BoundKey;
import dev.tokensidecar.token.ProofKey;
import dev.tokensidecar.token.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jspecify.annotations.Nullable;

/** Signs DPoP proofs (RFC 9449 section 4.2). Each proof is for one request and has an id of its own. */
final class DpopKey implements ProofKey {

    private final ProofKeyPair pair;
    private final BoundKey bound;
    private final InstantSource clock;
    private final SecureRandom random;

    /** @param stored whether stores keep the private key */
    DpopKey(ProofKeyPair pair, boolean stored, InstantSource clock, SecureRandom random) {
        this.pair = pair;
        this.bound = new BoundKey(pair.thumbprint(), stored ? pair.privateJwk() : null);
        this.clock = clock;
        this.random = random;
    }

    @Override
    public BoundKey bound() {
        return bound;
    }

    @Override
    public Secret prove(String method, String address, @Nullable String nonce, @Nullable Secret accessToken) {
        JwtClaims claims = new JwtClaims();
        claims.setJwtId(JwtIds.next(random));
        claims.setStringClaim("htm", method);
        claims.setStringClaim("htu", withoutQuery(address));
        claims.setIssuedAt(NumericDate.fromSeconds(clock.instant().getEpochSecond()));
        if (nonce != null) {
            claims.setStringClaim("nonce", nonce);
        }
        if (accessToken != null) {
            claims.setStringClaim("ath", hash(accessToken));
        }
        return pair.sign(claims.toJson());
    }

    private static String withoutQuery(String address) {
        return address.split("[?#]", 2)[0];
    }

    private static String hash(Secret accessToken) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(accessToken.reveal().getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public String toString() {
        return pair.toString();
    }
}
