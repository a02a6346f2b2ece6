package dev.tokensidecar.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Writes a secret to a file that only its owner may read. */
final class SecretFileWriter {

    private SecretFileWriter() {}

    /** Replaces the file as a whole, so that a reader finds the old secret or the new one; creates its parent directories. */
    static void write(Path file, String secret) throws IOException {
        Path absolute = file.toAbsolutePath();
        Files.createDirectories(absolute.getParent());
        Path written = absolute.resolveSibling(absolute.getFileName() + ".new");
        Files.deleteIfExists(written);
        Files.createFile(written, ownerOnly(written));
        Files.writeString(written, secret);
        Files.move(written, absolute, StandardCopyOption.ATOMIC_MOVE);
    }

    private static FileAttribute<?>[] ownerOnly(Path file) {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }
}
