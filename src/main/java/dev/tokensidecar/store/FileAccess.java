package dev.tokensidecar.store;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
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
 * @param group the group by name or number; null for the one that the system assigns
 */
public record FileAccess(
        Set<PosixFilePermission> mode, @Nullable String group) {

    static final FileAccess OWNER_ONLY = new FileAccess(PosixFilePermissions.fromString("rw-------"), null);

    public FileAccess {
        mode = Set.copyOf(mode);
    }

    /** Opens an owner-only file to the group. Sets the group first, or the mode would apply to another group meanwhile. */
    void grant(PosixFileAttributeView file) throws IOException {
        if (group != null) {
            file.setGroup(principal(group));
        }
        if (!mode.equals(OWNER_ONLY.mode)) {
            file.setPermissions(mode);
        }
    }

    private static GroupPrincipal principal(String group) throws IOException {
        try {
            return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByGroupName(group);
        } catch (UserPrincipalNotFoundException unknown) {
            throw new FileSystemException(null, null, "group " + group + " does not exist");
        }
    }
}
