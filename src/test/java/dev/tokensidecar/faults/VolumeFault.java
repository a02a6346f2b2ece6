package dev.tokensidecar.faults;

import dev.tokensidecar.token.StoreProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;

/** A fault of the volume of a running sidecar that prevents saves. */
enum VolumeFault {
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
    /** One page is free, but the file needs two, so a write fails halfway. */
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
    /** Space is free, but no more files can be created, as with an exhausted inode quota. */
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

    private final StoreProblem problem;

    VolumeFault(StoreProblem problem) {
        this.problem = problem;
    }

    abstract void begin(DiskVolume volume) throws IOException;

    abstract void end(DiskVolume volume) throws IOException;

    /** Whether it cannot begin while the sidecar holds its claim, which is an open file. */
    boolean excludesOpenFiles() {
        return problem == StoreProblem.READ_ONLY;
    }

    /** Returns the problem that the sidecar should report. */
    StoreProblem problem() {
        return problem;
    }
}
