package dev.tokensidecar.app;

import dev.tokensidecar.cli.CheckedFile;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.StoreFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks at files as the sidecar would use them, without changing any. */
final class FileInspection {

    /** Reads a file as the sidecar would. */
    @FunctionalInterface
    interface FileReading {

        /** Returns when the first certificate in the file expires; null if it holds none. */
        @Nullable Instant read();
    }

    private final CheckFindings findings;
    private final List<CheckedFile> files = new ArrayList<>();

    FileInspection(CheckFindings findings) {
        this.findings = findings;
    }

    List<CheckedFile> files() {
        return files;
    }

    /** Looks at a file that the sidecar reads. */
    void input(String key, @Nullable Path path, Runnable read) {
        certificate(key, path, () -> {
            read.run();
            return null;
        });
    }

    /** Looks at a file that the sidecar reads, and that may hold certificates. */
    void certificate(String key, @Nullable Path path, FileReading read) {
        if (path == null) {
            return;
        }
        try {
            Instant expiresAt = read.read();
            add(key, path, expiresAt, null);
            findings.expiry(key + ": the certificate in " + path, expiresAt);
        } catch (RefreshFailure unusable) {
            add(key, path, null, unusable.detail());
        } catch (StoreFailure unusable) {
            add(key, path, null, unusable.getMessage());
        }
    }

    /** Looks at the place of a file that the sidecar writes. */
    void output(String key, @Nullable Path path) {
        if (path == null) {
            return;
        }
        Path directory = path.toAbsolutePath().getParent();
        boolean usable = directory != null
                && Files.isDirectory(directory)
                && Files.isWritable(directory)
                && (!Files.exists(path) || Files.isReadable(path));
        place(
                key,
                path,
                usable
                        ? null
                        : "the directory of " + path + " must exist, and this process must be able to write to it");
    }

    /**
     * Notes the place of a file that the sidecar makes.
     *
     * @param problem what speaks against this place; null for nothing
     */
    void place(String key, Path path, @Nullable String problem) {
        add(key, path, null, problem);
    }

    private void add(String key, Path path, @Nullable Instant expiresAt, @Nullable String problem) {
        PosixFileAttributes attributes = attributes(path);
        files.add(new CheckedFile(
                key,
                path.toString(),
                attributes == null ? null : octal(attributes.permissions()),
                attributes == null ? null : attributes.size(),
                expiresAt,
                problem));
        if (problem != null) {
            findings.fault(key + ": " + problem);
        }
    }

    private static @Nullable PosixFileAttributes attributes(Path path) {
        try {
            return Files.readAttributes(path, PosixFileAttributes.class);
        } catch (IOException missing) {
            return null;
        }
    }

    /** Each of the nine letters that {@code ls} shows is a bit. */
    private static String octal(Set<PosixFilePermission> permissions) {
        String bits = PosixFilePermissions.toString(permissions)
                .replaceAll("[rwx]", "1")
                .replace('-', '0');
        return "%04o".formatted(Integer.parseInt(bits, 2));
    }
}
