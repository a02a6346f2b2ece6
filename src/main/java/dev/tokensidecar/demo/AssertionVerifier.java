package dev.tokensidecar.demo;

import java.security.PublicKey;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jspecify.annotations.Nullable;

/** Accepts each assertion of a registered issuer once (RFC 7523 section 3). */
final class AssertionVerifier {

    private static final int MAX_MINUTES = 60;

    private final Map<String, PublicKey> keys;
    private final Supplier<Set<String>> audiences;
    private final InstantSource clock;
    private final Set<String> used = ConcurrentHashMap.newKeySet();

    /**
     * A grant that an assertion stands for.
     *
     * @param scope null if the assertion has none
     */
    record VerifiedAssertion(
            String issuer, String subject, @Nullable String scope) {}

    /**
     * @param keys the public keys by issuer
     * @param audiences the names of this server, of which an assertion needs one
     */
    AssertionVerifier(Map<String, PublicKey> keys, Supplier<Set<String>> audiences, InstantSource clock) {
        this.keys = Map.copyOf(keys);
        this.audiences = audiences;
        this.clock = clock;
    }

    VerifiedAssertion verify(String assertion) throws TokenError {
        try {
            String issuer = unverified(assertion).getIssuer();
            PublicKey key = issuer == null ? null : keys.get(issuer);
            if (issuer == null || key == null) {
                throw TokenError.of("invalid_grant", "the issuer of the assertion is unknown");
            }
            JwtClaims claims = new JwtConsumerBuilder()
                    .setVerificationKey(key)
                    .setExpectedAudience(audiences.get().toArray(String[]::new))
                    .setRequireSubject()
                    .setRequireExpirationTime()
                    .setRequireJwtId()
                    .setMaxFutureValidityInMinutes(MAX_MINUTES)
                    .setEvaluationTime(NumericDate.fromMilliseconds(clock.millis()))
                    .build()
                    .processToClaims(assertion);
            if (!used.add(claims.getJwtId())) {
                throw TokenError.of("invalid_grant", "the assertion was used before");
            }
            return new VerifiedAssertion(issuer, claims.getSubject(), claims.getStringClaimValue("scope"));
        } catch (InvalidJwtException invalid) {
            throw TokenError.of(
                    "invalid_grant",
                    invalid.hasExpired() ? "the assertion has expired" : "the assertion is not valid for this server");
        } catch (MalformedClaimException malformed) {
            throw TokenError.of("invalid_grant", "a claim of the assertion is malformed");
        }
    }

    /** Reads the issuer, which says with which key to verify. */
    private static JwtClaims unverified(String assertion) throws InvalidJwtException {
        return new JwtConsumerBuilder()
                .setSkipAllValidators()
                .setDisableRequireSignature()
                .setSkipSignatureVerification()
                .build()
                .processToClaims(assertion);
    }
}
