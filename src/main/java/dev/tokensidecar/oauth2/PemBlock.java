package dev.tokensidecar.oauth2;

import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One of the parts of a PEM text (RFC 7468 section 2).
 *
 * @param label what it is, as the text says
 * @param body what stands between the two lines with the label
 */
record PemBlock(String label, String body) {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

    static List<PemBlock> in(String text) {
        return BLOCK.matcher(text)
                .results()
                .map(found -> new PemBlock(found.group(1), found.group(2)))
                .toList();
    }

    /** Whether it takes a passphrase to read it: PKCS#8 says so in the label, older forms in a header (RFC 1421). */
    boolean encrypted() {
        return label.startsWith("ENCRYPTED") || body.contains(",ENCRYPTED");
    }

    /** What is encoded here; fails with an {@link IllegalArgumentException} if that is not Base64. */
    byte[] content() {
        return Base64.getMimeDecoder().decode(body);
    }

    @Override
    public String toString() {
        return "[" + label + "]";
    }
}
