package dev.tokensidecar.oauth2.keys;

import dev.tokensidecar.token.RefreshFailure;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * A PEM file with the certificates of trusted CAs.
 *
 * @param path the path of the file
 */
public record TrustedCertificates(Path path) {

    /** The bundles of distributions have a quarter of it. */
    private static final int MAX_BYTES = 1024 * 1024;

    /**
     * Checks that the file has certificates, and nothing unreadable between them. May block.
     *
     * @throws RefreshFailure.Misconfigured if it has not
     */
    public void check() {
        var unused = read();
    }

    /**
     * Returns when the first of the certificates expires. May block.
     *
     * @throws RefreshFailure.Misconfigured if the file cannot be used
     */
    public Instant expiresAt() {
        return read().stream()
                .map(certificate ->
                        ((X509Certificate) certificate).getNotAfter().toInstant())
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    private Collection<? extends Certificate> read() {
        MountedFile file = new MountedFile(path, "CA certificate", MAX_BYTES);
        String text = file.text();
        boolean labelled =
                PemBlock.in(text).stream().anyMatch(block -> block.label().equals("CERTIFICATE"));
        Collection<? extends Certificate> certificates = labelled ? certificates(text) : List.of();
        if (certificates.isEmpty()) {
            throw file.misconfigured(
                    "holds no PEM certificate, or a damaged one", "put the certificates of the CAs into it");
        }
        return certificates;
    }

    private static Collection<? extends Certificate> certificates(String text) {
        try {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        } catch (CertificateException damaged) {
            return List.of();
        }
    }
}
