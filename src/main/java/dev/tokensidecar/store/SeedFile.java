package dev.tokensidecar.store;

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

/** The refresh token to begin with: a file that is only read, normally a mounted Secret. */
public final class SeedFile {

    private static final int MAX_BYTES = 64 * 1024;
    private static final String NOT_A_FILE = "cannot be read: make it a plain text file that this process may read";

    private final @Nullable Path path;
    private final InstantSource clock;

    /**
     * Names the file.
     *
     * @param path null if there is no seed
     */
    public SeedFile(@Nullable Path path, InstantSource clock) {
        this.path = path;
        this.clock = clock;
    }

    /**
     * Reads the file; white space around the token, as editors leave it, is no part of it.
     *
     * @return empty if there is no such file, or nothing in it yet
     * @throws RefreshFailure.Misconfigured if the file cannot be read
     */
    Optional<RefreshToken> read() {
        if (path == null) {
            return Optional.empty();
        }
        try {
            // to open a FIFO would block until somebody writes to it
            if (!Files.readAttributes(path, BasicFileAttributes.class).isRegularFile()) {
                throw unreadable(NOT_A_FILE);
            }
            if (Files.size(path) > MAX_BYTES) {
                throw unreadable("is larger than 64 KiB: name the file that holds the refresh token only");
            }
            String token = Files.readString(path).strip();
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
