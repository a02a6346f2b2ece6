package dev.tokensidecar.oauth2.keys;

/** The signature algorithms of DPoP proofs, by registered name. All servers with DPoP know the first. */
public enum ProofAlgorithm {
    ES256("EC", "secp256r1", SigningAlgorithm.ES256),
    EdDSA("Ed25519", "Ed25519", SigningAlgorithm.EdDSA);

    private final String generator;
    private final String curve;
    private final SigningAlgorithm signing;

    ProofAlgorithm(String generator, String curve, SigningAlgorithm signing) {
        this.generator = generator;
        this.curve = curve;
        this.signing = signing;
    }

    /** Returns the name by which the JDK finds a generator of keys. */
    String generator() {
        return generator;
    }

    /** Returns the JDK's name of the curve. */
    String curve() {
        return curve;
    }

    SigningAlgorithm signing() {
        return signing;
    }
}
