package dev.tokensidecar.login;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.tokensidecar.token.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A file for the result, which only its owner may read (0600). It appears as a whole, and replaces no other file unless that
 * is wanted.
 */
public final class OutputFile {

    private final Path path;
    private final boolean replace;

    private OutputFile(Path path, boolean replace) {
        this.path = path;
        this.replace = replace;
    }

    /**
     * Checks that the file can be written, before anybody logs in.
     *
     * @throws LoginFailure if it exists and must not be replaced, or its directory cannot be written
     */
    public static OutputFile prepare(Path path, boolean replace) {
        OutputFile file = new OutputFile(path, replace);
        file.requireFree();
        if (!Files.isDirectory(file.directory()) || !Files.isWritable(file.directory())) {
            throw new LoginFailure(path + " cannot be written: create its directory, or name another file with --file");
        }
        return file;
    }

    private Path directory() {
        return Objects.requireNonNullElse(path.toAbsolutePath().getParent(), path);
    }

    private void requireFree() {
        if (!Files.exists(path, NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.isRegularFile(path, NOFOLLOW_LINKS)) {
            throw new LoginFailure(path + " is not a regular file: name another one with --file");
        }
        if (!replace) {
            throw exists();
        }
    }

    private LoginFailure exists() {
        return new LoginFailure(path + " exists: name another file with --file, or replace it with --force");
    }

    /**
     * Writes the file.
     *
     * @throws LoginFailure if that fails; then there is no new file
     */
    public void write(Secret content) {
        try {
            // this makes a file of mode 0600
            Path next = Files.createTempFile(directory(), ".login", ".tmp");
            try {
                writeAndForce(next, content);
                publish(next);
            } finally {
                Files.deleteIfExists(next);
            }
        } catch (IOException e) {
            throw new LoginFailure(
                    path + " cannot be written (" + reason(e) + "): log in again with another --file, or with --force",
                    e);
        }
    }

    /** A link never replaces a file that has appeared meanwhile, as a rename would. */
    private void publish(Path next) throws IOException {
        if (replace) {
            requireFree();
            Files.move(next, path, ATOMIC_MOVE);
            return;
        }
        try {
            Files.createLink(path, next);
        } catch (FileAlreadyExistsException appeared) {
            throw exists();
        } catch (UnsupportedOperationException noLinks) {
            throw new IOException("the file system has no links", noLinks);
        }
    }

    private static void writeAndForce(Path file, Secret content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, WRITE)) {
            ByteBuffer rest = StandardCharsets.UTF_8.encode(content.reveal());
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        }
    }

    private static String reason(IOException failure) {
        String reason = failure instanceof FileSystemException it ? it.getReason() : failure.getMessage();
        return reason == null ? failure.getClass().getSimpleName() : reason;
    }
}
