package dev.tokensidecar.oauth2.keys;

import dev.tokensidecar.token.RefreshFailure;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;

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
        MountedFile file = new MountedFile(path, "CA certificate", MAX_BYTES);
        String text = file.text();
        boolean labelled =
                PemBlock.in(text).stream().anyMatch(block -> block.label().equals("CERTIFICATE"));
        if (!labelled || !isReadable(text)) {
            throw file.misconfigured(
                    "holds no PEM certificate, or a damaged one", "put the certificates of the CAs into it");
        }
    }

    private static boolean isReadable(String text) {
        try {
            return !CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
                    .isEmpty();
        } catch (CertificateException damaged) {
            return false;
        }
    }
}
