package dev.tokensidecar.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * One refresh token in one file, replaced as a whole: written beside it, forced to the disk, renamed over it. A reader
 * finds the old token or the new one, never a part of either, whenever the power goes.
 */
final class RefreshTokenFile {

    private static final int FORMAT = 1;
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path path;
    private final Path directory;

    RefreshTokenFile(Path path) {
        this.path = path.toAbsolutePath();
        Path parent = this.path.getParent();
        this.directory = parent == null ? this.path : parent;
    }

    /**
     * Reads the token.
     *
     * @return empty if there is no file
     * @throws IOException if there is one that is none of ours; its message says which and why, and quotes nothing
     */
    Optional<RefreshToken> read() throws IOException {
        byte[] content;
        try {
            content = Files.readAllBytes(path);
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException e) {
            throw new IOException(path + " is no file that this process may read", e);
        }
        try {
            return Optional.of(parse(content));
        } catch (IOException | DateTimeException | IllegalArgumentException e) {
            // the cause is left out on purpose: parsers quote what they read
            throw new IOException(path + " is damaged, or none of this program's files");
        }
    }

    private static RefreshToken parse(byte[] content) throws IOException {
        JsonNode json = JSON.readTree(content);
        if (json.path("format").asInt() != FORMAT) {
            throw new IllegalArgumentException();
        }
        return new RefreshToken(
                Secret.of(json.path("refresh_token").asText("")),
                Instant.parse(json.path("received_at").asText()),
                json.hasNonNull("expires_at")
                        ? Instant.parse(json.path("expires_at").asText())
                        : null);
    }

    void write(RefreshToken token) throws IOException {
        ObjectNode json = JSON.createObjectNode()
                .put("format", FORMAT)
                .put("refresh_token", token.value().reveal())
                .put("received_at", token.receivedAt().toString());
        if (token.expiresAt() != null) {
            json.put("expires_at", token.expiresAt().toString());
        }
        Path temporary = Files.createTempFile(directory, path.getFileName() + ".", ".tmp", OWNER_ONLY);
        try {
            force(temporary, JSON.writeValueAsBytes(json));
            Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
        forceDirectory();
    }

    private static void force(Path file, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    /** The rename itself lasts only when the directory is on the disk. */
    private void forceDirectory() throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
