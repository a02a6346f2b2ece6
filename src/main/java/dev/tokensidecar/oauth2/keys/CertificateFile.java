package dev.tokensidecar.oauth2.keys;

import dev.tokensidecar.token.RefreshFailure;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
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
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate());
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (CertificateException | IllegalArgumentException unusable) {
            throw noCertificate();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Returns the first certificate; ignores the rest of the file. */
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
        return file.misconfigured("holds no PEM certificate", "put the client's certificate into it");
    }
}
