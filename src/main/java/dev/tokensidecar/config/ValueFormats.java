package dev.tokensidecar.config;

import dev.tokensidecar.config.SidecarSettings.Header;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What values look like. A path or an address of this shape may be named in a message; a credential has it not. */
final class ValueFormats {

    /** Tokens seldom begin so; what Base64 makes of random bytes may, but has one of the others at its end. */
    private static final Pattern PATH = Pattern.compile("\\.{0,2}/[^=+\\p{Cntrl}]*");

    /** A token and a text (RFC 9110 sections 5.1 and 5.5). */
    private static final Pattern HEADER =
            Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \\t]*(\\p{Graph}[\\p{Graph} ]*)");

    private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern HEADER_VALUE = Pattern.compile("[\\x20-\\x7e]+");

    /** RFC 6901 section 3, less the pointer to everything. */
    private static final Pattern JSON_POINTER = Pattern.compile("(?:/(?:[^~/]|~[01])*+)++");

    /** Segments of RFC 3986 section 3.3. */
    private static final Pattern HTTP_PATH = Pattern.compile("/(?:[\\w.~!$&'()*+,;=:@-]+/?)*+");

    private static final Pattern OWNER = Pattern.compile("[A-Za-z0-9_.-]+:[A-Za-z0-9_.-]+");
    private static final Pattern GROUP = Pattern.compile("[A-Za-z0-9_.-]+");
    private static final List<String> OCTAL = List.of("---", "--x", "-w-", "-wx", "r--", "r-x", "rw-", "rwx");
    private static final Pattern MODE = Pattern.compile("0?[0-7]{3}");

    static final int MOST_PORT = 65_535;

    private ValueFormats() {}

    static Optional<Header> header(String text) {
        Matcher matcher = HEADER.matcher(text);
        return matcher.matches() ? Optional.of(new Header(matcher.group(1), matcher.group(2))) : Optional.empty();
    }

    static boolean isHeaderName(String text) {
        return HEADER_NAME.matcher(text).matches();
    }

    static boolean isHeaderValue(String text) {
        return HEADER_VALUE.matcher(text).matches();
    }

    static boolean isHttpPath(String text) {
        return HTTP_PATH.matcher(text).matches();
    }

    static boolean isJsonPointer(String text) {
        return JSON_POINTER.matcher(text).matches();
    }

    static Optional<String> owner(String text) {
        return OWNER.matcher(text).matches() ? Optional.of(text) : Optional.empty();
    }

    static Optional<String> group(String text) {
        return GROUP.matcher(text).matches() ? Optional.of(text) : Optional.empty();
    }

    /** The permissions behind octal digits: each digit is three letters of the nine that {@code ls} shows. */
    static Optional<Set<PosixFilePermission>> mode(String text) {
        if (!MODE.matcher(text).matches()) {
            return Optional.empty();
        }
        String letters = text.substring(text.length() - 3)
                .chars()
                .mapToObj(digit -> OCTAL.get(digit - '0'))
                .collect(Collectors.joining());
        return Optional.of(PosixFilePermissions.fromString(letters));
    }

    static Optional<Path> path(String text) {
        return PATH.matcher(text).matches() ? Optional.of(Path.of(text)) : Optional.empty();
    }

    /** An absolute address without a user name, which RFC 9110 section 4.2.4 forbids, and without a fragment. */
    static Optional<URI> httpUri(String text) {
        try {
            URI uri = new URI(text);
            boolean usable = uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawFragment() == null
                    && uri.getPort() <= MOST_PORT
                    && Set.of("http", "https").contains(uri.getScheme());
            return usable ? Optional.of(uri) : Optional.empty();
        } catch (URISyntaxException malformed) {
            return Optional.empty();
        }
    }
}
