package dev.tokensidecar.oauth2.keys;

import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A block of a PEM text (RFC 7468 section 2).
 *
 * @param label the kind of content, as stated in the text
 * @param body the text between the two lines with the label
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

    /** Whether reading it takes a passphrase. PKCS#8 says so in the label, older formats in a header (RFC 1421). */
    boolean encrypted() {
        return label.startsWith("ENCRYPTED") || body.contains(",ENCRYPTED");
    }

    /** Decodes the body; fails with an {@link IllegalArgumentException} if it is not Base64. */
    byte[] content() {
        return Base64.getMimeDecoder().decode(body);
    }

    @Override
    public String toString() {
        return "[" + label + "]";
    }
}
