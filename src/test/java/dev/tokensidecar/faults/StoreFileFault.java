package dev.tokensidecar.faults;

import dev.tokensidecar.token.StoreProblem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** What can be wrong with a store file when the sidecar starts. */
enum StoreFileFault {
    TRUNCATED(StoreProblem.DAMAGED) {
        @Override
        byte[] corrupt(byte[] valid) {
            return Arrays.copyOf(valid, valid.length / 2);
        }
    },
    /** The file has its full length, but its end never reached the disk. */
    TORN(StoreProblem.DAMAGED) {
        @Override
        byte[] corrupt(byte[] valid) {
            return Arrays.copyOf(Arrays.copyOf(valid, valid.length / 2), valid.length);
        }
    },
    /** The file has its full length and contains only zeros. */
    ZEROED(StoreProblem.DAMAGED) {
        @Override
        byte[] corrupt(byte[] valid) {
            return new byte[valid.length];
        }
    },
    ANOTHER_FILE(StoreProblem.DAMAGED) {
        @Override
        byte[] corrupt(byte[] valid) {
            return "a shopping list\n".getBytes(StandardCharsets.UTF_8);
        }
    },
    EMPTY(StoreProblem.EMPTY) {
        @Override
        byte[] corrupt(byte[] valid) {
            return new byte[0];
        }
    },
    UNREADABLE(StoreProblem.UNREADABLE) {
        @Override
        byte[] corrupt(byte[] valid) {
            return valid;
        }

        @Override
        void write(Path file, byte[] valid) throws IOException {
            super.write(file, valid);
            DiskTestBed.setOwner(file, 0);
        }
    };

    private final StoreProblem problem;

    StoreFileFault(StoreProblem problem) {
        this.problem = problem;
    }

    abstract byte[] corrupt(byte[] valid);

    /** Writes the faulty content to the store file. */
    void write(Path file, byte[] valid) throws IOException {
        DiskTestBed.write(file, corrupt(valid));
    }

    /** Returns the problem that the sidecar should report. */
    StoreProblem problem() {
        return problem;
    }
}
