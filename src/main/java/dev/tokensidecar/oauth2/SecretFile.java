package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A mounted file with one secret in it; a line end after the secret, as editors leave it, is no part of it. */
public final class SecretFile implements SecretSource {

    static final int MAX_BYTES = 16 * 1024;

    private final Path path;

    public SecretFile(Path path) {
        this.path = path;
    }

    @Override
    public Secret read() {
        String secret = withoutLineEnd(decode(content()));
        if (secret.isEmpty()) {
            throw misconfigured("is empty", "put the client secret into it");
        }
        return Secret.of(secret);
    }

    private byte[] content() {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw misconfigured(
                        "is larger than " + MAX_BYTES + " bytes", "name the file that holds the secret only");
            }
            return bytes;
        } catch (NoSuchFileException missing) {
            throw misconfigured("does not exist", "mount the secret there or name the right file");
        } catch (IOException unreadable) {
            throw misconfigured("cannot be read", "make it a plain file that this process may read");
        }
    }

    private String decode(byte[] content) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
        } catch (CharacterCodingException binary) {
            throw misconfigured("is no UTF-8 text", "store the secret itself, not an encoded or binary form of it");
        }
    }

    private static String withoutLineEnd(String text) {
        if (text.endsWith("\r\n")) {
            return text.substring(0, text.length() - 2);
        }
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }

    private RefreshFailure.Misconfigured misconfigured(String problem, String cure) {
        return new RefreshFailure.Misconfigured(
                "client_secret_unreadable", "the client secret file " + path + " " + problem + ": " + cure);
    }
}
