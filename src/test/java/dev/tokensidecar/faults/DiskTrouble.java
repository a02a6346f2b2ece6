package dev.tokensidecar.faults;

import dev.tokensidecar.token.StoreProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;

/** What happens to the volume of a running sidecar, so that nothing can be saved on it any more. */
enum DiskTrouble {
    FULL(StoreProblem.FULL) {
        @Override
        void begin(DiskVolume volume) throws IOException {
            volume.fill(0);
        }

        @Override
        void end(DiskVolume volume) throws IOException {
            volume.empty();
        }
    },
    /** The token before can be begun and not finished: a page for what takes two. */
    FULL_HALFWAY(StoreProblem.FULL) {
        @Override
        void begin(DiskVolume volume) throws IOException {
            volume.fill(1);
        }

        @Override
        void end(DiskVolume volume) throws IOException {
            volume.empty();
        }
    },
    /** There is space, but no file can be made, as where a quota on their number is used up. */
    NO_MORE_FILES(StoreProblem.FULL) {
        @Override
        void begin(DiskVolume volume) throws IOException {
            volume.fillWithFiles();
        }

        @Override
        void end(DiskVolume volume) throws IOException {
            volume.empty();
        }
    },
    MOUNTED_READ_ONLY(StoreProblem.READ_ONLY) {
        @Override
        void begin(DiskVolume volume) throws IOException {
            volume.remount("ro");
        }

        @Override
        void end(DiskVolume volume) throws IOException {
            volume.remount("rw");
        }
    },
    READ_ONLY_AFTER_AN_ERROR(StoreProblem.READ_ONLY) {
        @Override
        void begin(DiskVolume volume) throws IOException {
            volume.remountBelow("ro");
        }

        @Override
        void end(DiskVolume volume) throws IOException {
            volume.remountBelow("rw");
        }
    },
    DIRECTORY_NOT_WRITABLE(StoreProblem.UNWRITABLE) {
        @Override
        void begin(DiskVolume volume) throws IOException {
            Files.setPosixFilePermissions(volume.path(), PosixFilePermissions.fromString("r-x------"));
        }

        @Override
        void end(DiskVolume volume) throws IOException {
            Files.setPosixFilePermissions(volume.path(), PosixFilePermissions.fromString("rwx------"));
        }
    };

    private final StoreProblem told;

    DiskTrouble(StoreProblem told) {
        this.told = told;
    }

    abstract void begin(DiskVolume volume) throws IOException;

    abstract void end(DiskVolume volume) throws IOException;

    /** What the sidecar is to make of it. */
    StoreProblem told() {
        return told;
    }
}
