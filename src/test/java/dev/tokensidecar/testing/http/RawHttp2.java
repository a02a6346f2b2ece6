package dev.tokensidecar.testing.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Arrays;

/** Writes the frames of HTTP/2 by hand (RFC 9113), for callers that misbehave. */
public final class RawHttp2 implements AutoCloseable {

    public static final int DATA = 0x0;
    public static final int HEADERS = 0x1;
    public static final int RST_STREAM = 0x3;
    public static final int SETTINGS = 0x4;
    public static final int PING = 0x6;
    public static final int GOAWAY = 0x7;
    public static final int WINDOW_UPDATE = 0x8;
    public static final int CONTINUATION = 0x9;

    public static final int END_STREAM = 0x1;
    public static final int END_HEADERS = 0x4;

    private static final int FRAME_BYTES = 16 * 1024;
    private static final int BATCH = 1000;
    private static final String CLOSED = "closed";

    private final Socket socket;
    private final DataInputStream in;
    private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);

    /** Opens a connection and sends the preface, with empty settings. */
    public RawHttp2(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        in = new DataInputStream(socket.getInputStream());
        byte[] preface = new byte[Http2CodecUtil.connectionPrefaceBuf().readableBytes()];
        Http2CodecUtil.connectionPrefaceBuf().readBytes(preface);
        socket.getOutputStream().write(preface);
        send(SETTINGS, 0, 0, new byte[0]);
    }

    /** The head of a request to the sidecar. */
    public static Http2Headers request(String method, String path) {
        return new DefaultHttp2Headers(false)
                .method(method)
                .scheme("http")
                .authority("localhost")
                .path(path);
    }

    /**
     * Sends a frame.
     *
     * @throws SocketException if the sidecar has closed the connection
     */
    public void send(int type, int flags, int stream, byte[] payload) throws IOException {
        ByteBuf frame = Unpooled.buffer();
        writeFrame(frame, type, flags, stream, payload);
        frame.getBytes(0, socket.getOutputStream(), frame.readableBytes());
    }

    /** Sends the same frame many times. */
    public void repeat(int times, int type, int flags, int stream, byte[] payload) throws IOException {
        ByteBuf frames = Unpooled.buffer();
        for (int n = 0; n < BATCH; n++) {
            writeFrame(frames, type, flags, stream, payload);
        }
        for (int n = 0; n < times; n += BATCH) {
            frames.getBytes(0, socket.getOutputStream(), frames.readableBytes());
        }
    }

    /** Sends a field section. */
    public void sendHeaders(int stream, Http2Headers headers, int flags) throws IOException {
        byte[] section = encode(headers);
        int end = Math.min(section.length, FRAME_BYTES);
        send(HEADERS, flags | endHeaders(section, end), stream, Arrays.copyOf(section, end));
        for (int at = end; at < section.length; at = end) {
            end = Math.min(section.length, at + FRAME_BYTES);
            send(CONTINUATION, endHeaders(section, end), stream, Arrays.copyOfRange(section, at, end));
        }
    }

    private static int endHeaders(byte[] section, int end) {
        return end == section.length ? END_HEADERS : 0;
    }

    public byte[] encode(Http2Headers headers) {
        ByteBuf block = Unpooled.buffer();
        try {
            encoder.encodeHeaders(3, headers, block);
        } catch (Http2Exception e) {
            throw new IllegalArgumentException(e);
        }
        byte[] bytes = new byte[block.readableBytes()];
        block.readBytes(bytes);
        return bytes;
    }

    /**
     * Returns what the sidecar does with a stream: the status of its response, {@code reset} if it resets the stream, or
     * {@code closed} if it ends the connection.
     */
    public String result(int stream) throws IOException {
        try {
            while (true) {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                int type = in.readUnsignedByte();
                int flags = in.readUnsignedByte();
                int of = in.readInt();
                byte[] payload = in.readNBytes(length);
                if (type == SETTINGS && (flags & 1) == 0) {
                    send(SETTINGS, 1, 0, new byte[0]);
                } else if (type == HEADERS && of == stream) {
                    return decoder.decodeHeaders(stream, Unpooled.wrappedBuffer(payload))
                            .status()
                            .toString();
                } else if (type == RST_STREAM && of == stream) {
                    return "reset";
                } else if (type == GOAWAY) {
                    return CLOSED;
                }
            }
        } catch (EOFException | SocketException closed) {
            return CLOSED;
        } catch (Http2Exception e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    private static void writeFrame(ByteBuf to, int type, int flags, int stream, byte[] payload) {
        to.writeMedium(payload.length).writeByte(type).writeByte(flags).writeInt(stream);
        to.writeBytes(payload);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
