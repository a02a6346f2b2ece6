package dev.tokensidecar.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What paths and addresses look like. Whatever has this shape may be named in a message; a credential has not. */
final class Shapes {

    /** Tokens seldom begin so; what Base64 makes of random bytes may, but has one of the others at its end. */
    private static final Pattern PATH = Pattern.compile("\\.{0,2}/[^=+\\p{Cntrl}]*");

    private Shapes() {}

    static Optional<Path> path(String text) {
        return PATH.matcher(text).matches() ? Optional.of(Path.of(text)) : Optional.empty();
    }

    /** An absolute address without a user name, which RFC 9110 section 4.2.4 forbids, and without a fragment. */
    static Optional<URI> httpUri(String text) {
        try {
            URI uri = new URI(text);
            boolean usable = uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getFragment() == null
                    && Set.of("http", "https").contains(uri.getScheme());
            return usable ? Optional.of(uri) : Optional.empty();
        } catch (URISyntaxException malformed) {
            return Optional.empty();
        }
    }
}
