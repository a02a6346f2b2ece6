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
import java.util.List;

/**
 * A mounted file with one secret in it, or two during a rotation: the new one in the first line, the old one in the second.
 * Line ends, as editors leave them, are no part of a secret.
 */
public final class SecretFile implements SecretSource {

    static final int MAX_BYTES = 16 * 1024;

    private static final int MOST_SECRETS = 2;

    private final Path path;
    private final String name;

    /**
     * Names the file.
     *
     * @param name what is in it, for messages and, with {@code _unreadable}, for the error code: "client secret"
     */
    public SecretFile(Path path, String name) {
        this.path = path;
        this.name = name;
    }

    @Override
    public List<Secret> read() {
        List<Secret> secrets = decode(content())
                .lines()
                .filter(line -> !line.isEmpty())
                .map(Secret::of)
                .toList();
        if (secrets.isEmpty()) {
            throw misconfigured("is empty", "put the " + name + " into it");
        }
        if (secrets.size() > MOST_SECRETS) {
            throw misconfigured(
                    "has more than two lines", "write the " + name + ", and during a rotation the old one below it");
        }
        return secrets;
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

    private RefreshFailure.Misconfigured misconfigured(String problem, String cure) {
        return new RefreshFailure.Misconfigured(
                name.replace(' ', '_') + "_unreadable", "the " + name + " file " + path + " " + problem + ": " + cure);
    }
}
