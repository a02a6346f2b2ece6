package dev.tokensidecar.oauth2.keys;

import dev.tokensidecar.token.InvisibleCharacter;
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
 * A small text file that is read anew for each use. Messages about it quote nothing from its content.
 *
 * @param path the path of the file
 * @param name what the file contains, for messages and, with {@code _unreadable}, for the error code: "client secret"
 * @param maxBytes the limit for its size
 */
record MountedFile(Path path, String name, int maxBytes) {

    static final int MAX_BYTES = 16 * 1024;

    /** A file with one secret, key or certificate. */
    MountedFile(Path path, String name) {
        this(path, name, MAX_BYTES);
    }

    /** Reads the text, without a byte order mark. May block. */
    String text() {
        try {
            return InvisibleCharacter.withoutByteOrderMark(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content()))
                    .toString());
        } catch (CharacterCodingException binary) {
            throw misconfigured("is not UTF-8 text", "store the " + name + " as text, not in a binary format");
        }
    }

    private byte[] content() {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                throw misconfigured("is larger than " + maxBytes + " bytes", "name a file that holds only the " + name);
            }
            return bytes;
        } catch (NoSuchFileException missing) {
            throw misconfigured("does not exist", "mount the " + name + " there, or correct the path");
        } catch (IOException unreadable) {
            throw misconfigured("cannot be read", "make it a plain file that this process may read");
        }
    }

    /** Returns the failure to throw if the content is unusable. */
    RefreshFailure.Misconfigured misconfigured(String problem, String remedy) {
        return RefreshFailure.Misconfigured.explained(
                name.replace(' ', '_') + "_unreadable",
                "the " + name + " file " + path + " " + problem + ": " + remedy);
    }
}
