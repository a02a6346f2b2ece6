package dev.tokensidecar.oauth2.keys;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.List;
import javax.crypto.KeyAgreement;

/** Derives public keys from private ones, which the JDK does not do. Checks the result by a signature. */
final class PublicKeys {

    private static final BigInteger FOUR = BigInteger.valueOf(4);

    private PublicKeys() {}

    /** Returns the public key of a private key on P-256 or Ed25519. */
    static PublicKey of(PrivateKey key) throws GeneralSecurityException {
        return switch (key) {
            case ECPrivateKey ec -> verified(ec, candidates(ec), "SHA256withECDSA");
            case EdECPrivateKey ed -> verified(ed, List.of(edwards(ed)), "EdDSA");
            default -> throw new InvalidKeyException("neither EC nor EdDSA");
        };
    }

    private static PublicKey verified(PrivateKey key, List<PublicKey> candidates, String algorithm)
            throws GeneralSecurityException {
        byte[] sample = {1};
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(sample);
        byte[] signed = signature.sign();
        for (PublicKey candidate : candidates) {
            signature.initVerify(candidate);
            signature.update(sample);
            if (signature.verify(signed)) {
                return candidate;
            }
        }
        throw new InvalidKeyException("the public key cannot be derived");
    }

    /**
     * The key agreement with the generator of the curve yields one coordinate of the public key (SEC 1 section 3.3.1). The
     * other one is one of two square roots: the primes of these curves are 3 modulo 4.
     */
    private static List<PublicKey> candidates(ECPrivateKey key) throws GeneralSecurityException {
        ECParameterSpec curve = key.getParams();
        KeyFactory keys = KeyFactory.getInstance("EC");
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(key);
        var unused = agreement.doPhase(keys.generatePublic(new ECPublicKeySpec(curve.getGenerator(), curve)), true);
        BigInteger x = new BigInteger(1, agreement.generateSecret());
        BigInteger prime = ((ECFieldFp) curve.getCurve().getField()).getP();
        BigInteger square = x.pow(3)
                .add(curve.getCurve().getA().multiply(x))
                .add(curve.getCurve().getB())
                .mod(prime);
        BigInteger y = square.modPow(prime.add(BigInteger.ONE).divide(FOUR), prime);
        return List.of(
                keys.generatePublic(new ECPublicKeySpec(new ECPoint(x, y), curve)),
                keys.generatePublic(new ECPublicKeySpec(new ECPoint(x, prime.subtract(y)), curve)));
    }

    /** A generator that draws these very bytes makes this very key. */
    private static PublicKey edwards(EdECPrivateKey key) throws GeneralSecurityException {
        byte[] seed = key.getBytes().orElseThrow(() -> new InvalidKeyException("the key cannot be exported"));
        KeyPairGenerator generator =
                KeyPairGenerator.getInstance(key.getParams().getName());
        generator.initialize(key.getParams(), new FixedBytes(seed));
        return generator.generateKeyPair().getPublic();
    }

    private static final class FixedBytes extends SecureRandom {

        private final byte[] bytes;

        FixedBytes(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public void nextBytes(byte[] target) {
            System.arraycopy(Arrays.copyOf(bytes, target.length), 0, target, 0, target.length);
        }
    }
}
