package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.RefreshFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A small text file, read anew each time. What is wrong with it is said without a word of what is in it.
 *
 * @param path where it is
 * @param name what is in it, for messages and, with {@code _unreadable}, for the error code: "client secret"
 */
record MountedFile(Path path, String name) {

    static final int MAX_BYTES = 16 * 1024;

    /** The text as it is now. May block. */
    String text() {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content()))
                    .toString();
        } catch (CharacterCodingException binary) {
            throw misconfigured("is no UTF-8 text", "store the " + name + " as text, not in a binary form");
        }
    }

    private byte[] content() {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw misconfigured(
                        "is larger than " + MAX_BYTES + " bytes", "name the file that holds the " + name + " only");
            }
            return bytes;
        } catch (NoSuchFileException missing) {
            throw misconfigured("does not exist", "mount the " + name + " there or name the right file");
        } catch (IOException unreadable) {
            throw misconfigured("cannot be read", "make it a plain file that this process may read");
        }
    }

    /** What to throw when the content is of no use. */
    RefreshFailure.Misconfigured misconfigured(String problem, String cure) {
        return new RefreshFailure.Misconfigured(
                name.replace(' ', '_') + "_unreadable", "the " + name + " file " + path + " " + problem + ": " + cure);
    }
}
