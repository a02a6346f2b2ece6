package dev.tokensidecar.api;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses the bytes of a caller as leniently as any server might (RFC 9112 section 2.2). Decides for one request after
 * the other whether a token may be the response. After bytes that it cannot parse, no further request may be served.
 */
final class SentRequests {

    private static final Set<String> HOSTS = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Pattern LINE_END = Pattern.compile("\r?\n");
    private static final Pattern HEAD_END = Pattern.compile("\n\r?\n");
    private static final Pattern REQUEST_LINE = Pattern.compile("GET\\s+([^\\s?]+)(?:\\?\\S*)?\\s+HTTP/1\\.[01]\\s*");
    private static final Pattern HOST = Pattern.compile("(.*?)(?::\\d*)?");
    private static final Pattern FOREIGN =
            Pattern.compile("(?:forwarded|via|origin|sec-fetch-site|x-forwarded-.*|content-length|transfer-encoding)");
    private static final Pattern LENGTH = Pattern.compile("(?im)^content-length\\s*:\\s*(\\d{1,9})\\s*$");
    private static final Pattern CHUNKED = Pattern.compile("(?im)^transfer-encoding\\s*:");
    private static final Pattern CHUNK = Pattern.compile("\\s*([0-9a-fA-F]{1,7})[^\n]*\n");

    private final String bytes;
    private int at;
    private boolean readable = true;
    private String latest = "";

    SentRequests(String bytes) {
        this.bytes = bytes;
    }

    /** Advances to the next request. Returns whether a token may be the response. */
    boolean next() {
        while (at < bytes.length() && (bytes.charAt(at) <= ' ' || Character.isISOControl(bytes.charAt(at)))) {
            at++;
        }
        Matcher end = HEAD_END.matcher(bytes);
        if (!readable || !end.find(at)) {
            readable = false;
            latest = "bytes that are no request";
            return false;
        }
        latest = bytes.substring(at, end.start());
        at = end.end();
        skipBody();
        return isForToken(List.of(LINE_END.split(latest)));
    }

    String latest() {
        return latest;
    }

    private static boolean isForToken(List<String> lines) {
        Matcher line = REQUEST_LINE.matcher(lines.getFirst());
        List<String[]> fields = lines.stream()
                .skip(1)
                .map(field -> field.split(":", 2))
                .filter(field -> field.length == 2)
                .toList();
        return line.matches()
                && GuardedListener.TARGETS.contains(line.group(1))
                && fields.stream()
                        .map(SentRequests::name)
                        .noneMatch(name -> FOREIGN.matcher(name).matches())
                && fields.stream().filter(field -> name(field).equals("host")).count() == 1
                && fields.stream()
                        .filter(field -> name(field).equals("host"))
                        .allMatch(field -> isLocal(field[1].strip().toLowerCase(Locale.ROOT)));
    }

    private static String name(String[] field) {
        return field[0].strip().toLowerCase(Locale.ROOT);
    }

    private static boolean isLocal(String host) {
        Matcher name = HOST.matcher(host);
        return name.matches() && HOSTS.contains(name.group(1));
    }

    private void skipBody() {
        if (CHUNKED.matcher(latest).find()) {
            skipChunks();
            return;
        }
        Matcher length = LENGTH.matcher(latest);
        if (length.find()) {
            at += Integer.parseInt(length.group(1));
            readable = at <= bytes.length();
        }
    }

    private void skipChunks() {
        int size = -1;
        while (size != 0 && readable) {
            Matcher chunk = CHUNK.matcher(bytes).region(at, bytes.length());
            readable = chunk.lookingAt();
            if (readable) {
                size = Integer.parseInt(chunk.group(1), 16);
                at = size == 0 ? chunk.end() : Math.addExact(chunk.end(), size);
                readable = at <= bytes.length();
            }
        }
        skipTrailers();
    }

    private void skipTrailers() {
        while (readable) {
            int end = bytes.indexOf('\n', at);
            readable = end >= 0;
            boolean last = readable && bytes.substring(at, end).isBlank();
            at = readable ? end + 1 : at;
            if (last) {
                return;
            }
        }
    }
}
