package dev.tokensidecar.store;

import dev.tokensidecar.token.InvisibleCharacter;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A file with the first refresh token, normally a mounted Secret. It is only read. */
public final class SeedFile {

    private static final int MAX_BYTES = 64 * 1024;
    private static final String NOT_A_FILE = "cannot be read: make it a plain text file that this process may read";

    private final @Nullable Path path;
    private final InstantSource clock;

    /** @param path null for no seed */
    public SeedFile(@Nullable Path path, InstantSource clock) {
        this.path = path;
        this.clock = clock;
    }

    /**
     * Reads the file. White space around the token, as editors leave it, is not part of the token.
     *
     * @return empty if the file does not exist or is still empty
     * @throws RefreshFailure.Misconfigured if the file cannot be read
     */
    public Optional<RefreshToken> read() {
        if (path == null) {
            return Optional.empty();
        }
        try {
            // opening a FIFO would block until somebody writes to it
            if (!Files.readAttributes(path, BasicFileAttributes.class).isRegularFile()) {
                throw unreadable(NOT_A_FILE);
            }
            if (Files.size(path) > MAX_BYTES) {
                throw unreadable("is larger than 64 KiB: name a file that holds only the refresh token");
            }
            String token = InvisibleCharacter.withoutByteOrderMark(Files.readString(path))
                    .strip();
            InvisibleCharacter.in(token).ifPresent(character -> {
                throw unreadable("has an invisible character, " + character + ": write the token again, on one line");
            });
            return token.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new RefreshToken(Secret.of(token), clock.instant(), null));
        } catch (NoSuchFileException missing) {
            return Optional.empty();
        } catch (IOException e) {
            throw unreadable(NOT_A_FILE);
        }
    }

    private RefreshFailure.Misconfigured unreadable(String problem) {
        return new RefreshFailure.Misconfigured(
                "refresh_token_unreadable", "the refresh token file " + path + " " + problem);
    }
}
