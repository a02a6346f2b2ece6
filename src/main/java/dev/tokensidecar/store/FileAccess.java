package dev.tokensidecar.store;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may read a file.
 *
 * @param group by name or number; null for the one that the system gives it
 */
public record FileAccess(
        Set<PosixFilePermission> mode, @Nullable String group) {

    static final FileAccess OWNER_ONLY = new FileAccess(PosixFilePermissions.fromString("rw-------"), null);

    public FileAccess {
        mode = Set.copyOf(mode);
    }

    /** Opens a file to them that is its owner's alone; the group comes first, or another one would have the mode meanwhile. */
    void grant(Path file) throws IOException {
        if (group != null) {
            Files.getFileAttributeView(file, PosixFileAttributeView.class).setGroup(principal(file, group));
        }
        if (!mode.equals(OWNER_ONLY.mode)) {
            Files.setPosixFilePermissions(file, mode);
        }
    }

    private static GroupPrincipal principal(Path file, String group) throws IOException {
        try {
            return file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(group);
        } catch (UserPrincipalNotFoundException unknown) {
            throw new FileSystemException(file.toString(), null, "there is no group " + group);
        }
    }
}
