package dev.tokensidecar.testing.server;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.dpop.JWKThumbprintConfirmation;
import com.nimbusds.oauth2.sdk.dpop.verifiers.AccessTokenValidationException;
import com.nimbusds.oauth2.sdk.dpop.verifiers.DPoPIssuer;
import com.nimbusds.oauth2.sdk.dpop.verifiers.DPoPProofUse;
import com.nimbusds.oauth2.sdk.dpop.verifiers.DPoPProtectedResourceRequestVerifier;
import com.nimbusds.oauth2.sdk.dpop.verifiers.DPoPTokenRequestVerifier;
import com.nimbusds.oauth2.sdk.dpop.verifiers.InvalidDPoPNonceException;
import com.nimbusds.oauth2.sdk.dpop.verifiers.InvalidDPoPProofException;
import com.nimbusds.oauth2.sdk.id.JWTID;
import com.nimbusds.oauth2.sdk.token.DPoPAccessToken;
import com.nimbusds.oauth2.sdk.util.singleuse.AlreadyUsedException;
import com.nimbusds.openid.connect.sdk.Nonce;
import java.net.URI;
import java.text.ParseException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Verifies DPoP proofs with the SDK of Nimbus, strictly: type, algorithm (ES256), key, signature, method, URL, age, single use, hash
 * of the access token, and the nonce if one is wanted.
 */
public final class ProofVerifier {

    private static final long MAX_SKEW_SECONDS = 5;
    private static final long MAX_AGE_SECONDS = 5;
    private static final DPoPIssuer ANYBODY = new DPoPIssuer("anybody");
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(JWSAlgorithm.ES256);

    private final Set<JWTID> used = ConcurrentHashMap.newKeySet();
    private volatile @Nullable String wanted;
    private volatile @Nullable String offered;

    /** What a server answers to a wrong proof. */
    public static final class Rejected extends Exception {

        private final String error;

        private Rejected(String error, @Nullable String why) {
            super(why, null, false, false);
            this.error = error;
        }

        /** Returns the code of RFC 9449. */
        public String error() {
            return error;
        }
    }

    /**
     * Demands a nonce in each further proof.
     *
     * @param next the nonce; null for none
     * @param sent the nonce in the responses, which clients take for it
     */
    public void demand(@Nullable String next, @Nullable String sent) {
        wanted = next;
        offered = sent;
    }

    /** Returns the nonce in the responses; null for none. */
    public @Nullable String offered() {
        return offered;
    }

    /**
     * Verifies the proof of a token request.
     *
     * @param proofs the values of the header
     * @return the thumbprint of the key
     */
    public String verifyTokenRequest(List<String> proofs, URI endpoint) throws Rejected {
        SignedJWT proof = single(proofs);
        try {
            return new DPoPTokenRequestVerifier(ALGORITHMS, endpoint, MAX_SKEW_SECONDS, MAX_AGE_SECONDS, this::use)
                    .verify(ANYBODY, proof, wanted())
                    .getValue()
                    .toString();
        } catch (InvalidDPoPNonceException wrongNonce) {
            throw new Rejected("use_dpop_nonce", wrongNonce.getMessage());
        } catch (InvalidDPoPProofException | JOSEException wrong) {
            throw rejected(wrong);
        }
    }

    /** Verifies the proof of a request to an API, with a token that is bound to this key. */
    public void verifyApiRequest(List<String> proofs, String method, URI address, String accessToken, String thumbprint)
            throws Rejected {
        SignedJWT proof = single(proofs);
        try {
            new DPoPProtectedResourceRequestVerifier(ALGORITHMS, MAX_SKEW_SECONDS, MAX_AGE_SECONDS, this::use)
                    .verify(
                            method,
                            address,
                            ANYBODY,
                            proof,
                            new DPoPAccessToken(accessToken),
                            new JWKThumbprintConfirmation(new Base64URL(thumbprint)),
                            wanted());
        } catch (InvalidDPoPNonceException wrongNonce) {
            throw new Rejected("use_dpop_nonce", wrongNonce.getMessage());
        } catch (AccessTokenValidationException wrongKey) {
            throw new Rejected("invalid_token", wrongKey.getMessage());
        } catch (InvalidDPoPProofException | JOSEException wrong) {
            throw rejected(wrong);
        }
    }

    private @Nullable Nonce wanted() {
        String nonce = wanted;
        return nonce == null ? null : new Nonce(nonce);
    }

    private void use(DPoPProofUse proof) throws AlreadyUsedException {
        if (!used.add(proof.getJWTID())) {
            throw new AlreadyUsedException("the proof was used before");
        }
    }

    private static SignedJWT single(List<String> proofs) throws Rejected {
        if (proofs.size() != 1) {
            throw new Rejected("invalid_dpop_proof", proofs.size() + " proofs");
        }
        try {
            return SignedJWT.parse(proofs.getFirst());
        } catch (ParseException noJwt) {
            throw rejected(noJwt);
        }
    }

    private static Rejected rejected(Exception wrong) {
        return new Rejected("invalid_dpop_proof", String.valueOf(wrong.getMessage()));
    }
}
