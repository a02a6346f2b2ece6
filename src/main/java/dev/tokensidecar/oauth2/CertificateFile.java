package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.RefreshFailure;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;

/** A mounted PEM file with the certificate of a client's key, and perhaps those of its issuers after it. */
public final class CertificateFile {

    private final MountedFile file;

    public CertificateFile(Path path) {
        this.file = new MountedFile(path, "client certificate");
    }

    /**
     * The {@code x5t#S256} of the certificate as it is now (RFC 7515 section 4.1.8). May block.
     *
     * @throws RefreshFailure.Misconfigured if there is no certificate
     */
    String thumbprint() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate());
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (CertificateException | IllegalArgumentException unusable) {
            throw noCertificate();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The first one, without whatever follows it. */
    private byte[] certificate() throws CertificateException {
        PemBlock block = PemBlock.in(file.text()).stream()
                .filter(each -> each.label().equals("CERTIFICATE"))
                .findFirst()
                .orElseThrow(this::noCertificate);
        return CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(block.content()))
                .getEncoded();
    }

    private RefreshFailure.Misconfigured noCertificate() {
        return file.misconfigured("holds no PEM certificate", "put the certificate of the client key into it");
    }
}
