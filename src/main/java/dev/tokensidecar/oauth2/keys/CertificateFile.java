package dev.tokensidecar.oauth2.keys;

import dev.tokensidecar.token.RefreshFailure;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateKey;
import java.time.Instant;
import java.util.Base64;

/** A mounted PEM file with the client's certificate. The certificates of its issuers may follow. */
public final class CertificateFile {

    private final MountedFile file;

    public CertificateFile(Path path) {
        this.file = new MountedFile(path, "client certificate");
    }

    /**
     * Reads the certificate and returns its {@code x5t#S256} (RFC 7515 section 4.1.8). May block.
     *
     * @throws RefreshFailure.Misconfigured if the file has no certificate
     */
    public String thumbprint() {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(certificate().getEncoded());
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (CertificateException unusable) {
            throw noCertificate();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * Returns the end of the certificate's validity. May block.
     *
     * @throws RefreshFailure.Misconfigured if the file has no certificate
     */
    public Instant expiresAt() {
        if (certificate() instanceof X509Certificate certificate) {
            return certificate.getNotAfter().toInstant();
        }
        throw noCertificate();
    }

    /** Checks that the certificate is that of an RSA or EC key. May block. */
    void requireFor(PrivateKey key) {
        if (!belongTogether(key, certificate().getPublicKey())) {
            throw file.misconfigured("holds the certificate of another key", "store the two that belong together");
        }
    }

    private static boolean belongTogether(PrivateKey key, PublicKey certified) {
        byte[] sample = {1};
        try {
            Signature signature =
                    Signature.getInstance(key instanceof RSAPrivateKey ? "SHA256withRSA" : "SHA256withECDSA");
            signature.initSign(key);
            signature.update(sample);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(sample);
            return signature.verify(signed);
        } catch (GeneralSecurityException otherKind) {
            return false;
        }
    }

    /** Returns the first certificate; ignores the rest of the file. */
    private Certificate certificate() {
        PemBlock block = PemBlock.in(file.text()).stream()
                .filter(each -> each.label().equals("CERTIFICATE"))
                .findFirst()
                .orElseThrow(this::noCertificate);
        try {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(block.content()));
        } catch (CertificateException | IllegalArgumentException unusable) {
            throw noCertificate();
        }
    }

    private RefreshFailure.Misconfigured noCertificate() {
        return file.misconfigured("holds no PEM certificate", "put the client's certificate into it");
    }
}
