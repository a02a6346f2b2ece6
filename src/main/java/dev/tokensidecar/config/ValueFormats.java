package dev.tokensidecar.config;

import dev.tokensidecar.config.SidecarSettings.Header;
import dev.tokensidecar.config.ValueType.Format;
import dev.tokensidecar.egress.Authority;
import dev.tokensidecar.oauth2.ResponseLocation;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The formats of values. Messages may show paths and URLs that match their format, because credentials do not match. */
final class ValueFormats {

    static final int MAX_PORT = 65_535;

    /** A header name (RFC 9110 section 5.1). */
    private static final String NAME = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

    /** RFC 6901 section 3, without the empty pointer. Does not backtrack: a long text would overflow the stack. */
    private static final String POINTER = "(?:/(?:[^~/]|~[01])*+)++";

    private static final String LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";

    private static final Pattern HEADER_NAME = Pattern.compile(NAME);
    private static final Pattern HEADER_VALUE = Pattern.compile("[\\x20-\\x7e]+");
    private static final List<String> OCTAL = List.of("---", "--x", "-w-", "-wx", "r--", "r-x", "rw-", "rwx");

    /** Rejects secrets: few begin with a slash, and Base64 of random bytes, which may, ends with {@code =}. */
    private static final Pattern PATH = Pattern.compile("\\.{0,2}/[^=+\\x00-\\x1f\\x7f]*");

    private static final String NO_PATH = "is not a path and is not shown, since it may be the secret itself";
    private static final String PATH_HINT = ": write the path of the file, beginning with / or ./ and without = or +";

    static final Format<Path> FILE = new Format<>("path", PATH, ValueFormats::path, NO_PATH, PATH_HINT);

    static final Format<Path> SECRET_FILE =
            new Format<>("path of a file with a secret", PATH, ValueFormats::path, NO_PATH, PATH_HINT);

    static final Format<URI> HTTP_URL = new Format<>(
            "absolute `https` or `http` URL without user name and fragment",
            Pattern.compile("https?://[^\\s#@/?]+(?:[/?][^\\s#]*)?"),
            ValueFormats::httpUri,
            "cannot be used: write an absolute https URL",
            " (http only on a trusted path), such as https://host.example.com/path, without user name, fragment and spaces");

    static final Format<ProxyChoice> PROXY = new Format<>(
            "`http://host:port` or `none`",
            Pattern.compile("none|http://[^\\s#@/?]+/?"),
            ValueFormats::proxy,
            "cannot be used: write http://host:port, or none",
            ", and user name and password into credentials-file");

    /** A field name and a field value (RFC 9110 sections 5.1 and 5.5). */
    static final Format<Header> HEADER = new Format<>(
            "text, `Name: value`",
            Pattern.compile(NAME + ":[ \\t]*[\\x21-\\x7e][\\x20-\\x7e]*"),
            ValueFormats::header,
            "cannot be used: write a name and a value",
            ", such as Metadata: true");

    static final Format<ResponseLocation> RESPONSE_LOCATION = new Format<>(
            "a JSON pointer (RFC 6901) if it begins with `/`, `cookie:` and the name of a cookie, otherwise the name of a"
                    + " response header",
            Pattern.compile(POINTER + "|cookie:" + NAME + "|(?!(?i:set-cookie)$)" + NAME),
            text -> Optional.of(new ResponseLocation(text)),
            "cannot be used: write a JSON pointer, such as /data/token, the name of a cookie, such as cookie:session, or"
                    + " the name of a header",
            ", such as Authorization");

    static final Format<String> JSON_POINTER = new Format<>(
            "JSON pointer (RFC 6901)",
            Pattern.compile(POINTER),
            Optional::of,
            "cannot be used: write a JSON pointer",
            ", such as /message");

    /** Path segments (RFC 3986 section 3.3), without percent-encoding. */
    static final Format<String> HTTP_PATH = new Format<>(
            "path, or `/` for every path",
            Pattern.compile("/(?:[\\w.~!$&'()+*,;=:@-]+/?)*+"),
            Optional::of,
            "cannot be used: write a path such as /orders, or / for every path",
            "");

    static final Format<String> OWNER = new Format<>(
            "`user:group`, names or numbers",
            Pattern.compile("[A-Za-z0-9_.-]+:[A-Za-z0-9_.-]+"),
            Optional::of,
            "cannot be used: write a user and a group, by name or number",
            ", such as 1000:1000");

    static final Format<String> GROUP = new Format<>(
            "name or number of a group",
            Pattern.compile("[A-Za-z0-9_.-]+"),
            Optional::of,
            "cannot be used: write a group, by name or number",
            ", such as 1000");

    static final Format<Set<PosixFilePermission>> MODE = new Format<>(
            "three octal digits, with or without a leading zero",
            Pattern.compile("0?[0-7]{3}"),
            text -> Optional.of(mode(text)),
            "cannot be used: write three octal digits",
            ", such as 0660");

    private static final String NO_NAME = "is not a name and is not shown, since it may be the secret itself";

    /** A DNS subdomain, as the Kubernetes API defines it. */
    static final Format<String> SECRET_NAME = new Format<>(
            "name of a Secret",
            Pattern.compile(LABEL + "(?:\\." + LABEL + ")*+"),
            text -> upTo(253, text),
            NO_NAME,
            ": write up to 253 lower-case letters, digits, hyphens and dots, such as token-sidecar-session");

    static final Format<String> NAMESPACE = new Format<>(
            "name of a namespace",
            Pattern.compile(LABEL),
            text -> upTo(63, text),
            "cannot be used: write up to 63 lower-case letters, digits and hyphens",
            ", such as orders");

    static final Format<String> POD_NAME = new Format<>(
            "name",
            Pattern.compile("[A-Za-z0-9._-]+"),
            text -> upTo(253, text),
            "cannot be used: write up to 253 letters, digits, hyphens, dots and underscores",
            ", such as orders-7d9f-x2x5z");

    static final Format<String> POD_UID = new Format<>(
            "UID",
            Pattern.compile("[A-Za-z0-9-]+"),
            text -> upTo(128, text),
            "cannot be used: write up to 128 letters, digits and hyphens",
            ", such as metadata.uid of the Downward API has them");

    private ValueFormats() {}

    private static Optional<String> upTo(int length, String text) {
        return text.length() <= length ? Optional.of(text) : Optional.empty();
    }

    static boolean isHeaderName(String text) {
        return HEADER_NAME.matcher(text).matches();
    }

    static boolean isHeaderValue(String text) {
        return HEADER_VALUE.matcher(text).matches();
    }

    static boolean isHeader(String text) {
        return HEADER.pattern().matcher(text).matches();
    }

    static boolean isJsonPointer(String text) {
        return JSON_POINTER.pattern().matcher(text).matches();
    }

    private static Optional<Header> header(String text) {
        String[] parts = text.split(":[ \\t]*", 2);
        return Optional.of(new Header(parts[0], parts[1]));
    }

    /** Returns the permissions for octal digits. Each digit stands for three of the nine letters that {@code ls} shows. */
    private static Set<PosixFilePermission> mode(String text) {
        String letters = text.substring(text.length() - 3)
                .chars()
                .mapToObj(digit -> OCTAL.get(digit - '0'))
                .collect(Collectors.joining());
        return PosixFilePermissions.fromString(letters);
    }

    private static Optional<Path> path(String text) {
        return Optional.of(Path.of(text));
    }

    private static Optional<ProxyChoice> proxy(String text) {
        return text.equals("none")
                ? Optional.of(new ProxyChoice(null))
                : httpUri(text).map(uri -> new ProxyChoice(Authority.of(uri)));
    }

    /** Returns an absolute URL without a fragment and without a user name, which RFC 9110 section 4.2.4 deprecates. */
    private static Optional<URI> httpUri(String text) {
        try {
            URI uri = new URI(text);
            boolean usable = Authority.isUsable(uri)
                    && uri.getRawFragment() == null
                    && Set.of("http", "https").contains(uri.getScheme());
            return usable ? Optional.of(uri) : Optional.empty();
        } catch (URISyntaxException malformed) {
            return Optional.empty();
        }
    }
}
