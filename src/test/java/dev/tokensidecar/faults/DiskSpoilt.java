package dev.tokensidecar.faults;

import dev.tokensidecar.token.StoreProblem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** What a good file has become while no sidecar was there. */
enum DiskSpoilt {
    TRUNCATED(StoreProblem.DAMAGED) {
        @Override
        byte[] of(byte[] good) {
            return Arrays.copyOf(good, good.length / 2);
        }
    },
    /** The file has its length, and the end of it never reached the disk. */
    TORN(StoreProblem.DAMAGED) {
        @Override
        byte[] of(byte[] good) {
            return Arrays.copyOf(Arrays.copyOf(good, good.length / 2), good.length);
        }
    },
    /** The file has its length and nothing else. */
    ZEROED(StoreProblem.DAMAGED) {
        @Override
        byte[] of(byte[] good) {
            return new byte[good.length];
        }
    },
    ANOTHER_FILE(StoreProblem.DAMAGED) {
        @Override
        byte[] of(byte[] good) {
            return "a shopping list\n".getBytes(StandardCharsets.UTF_8);
        }
    },
    EMPTY(StoreProblem.EMPTY) {
        @Override
        byte[] of(byte[] good) {
            return new byte[0];
        }
    },
    UNREADABLE(StoreProblem.UNREADABLE) {
        @Override
        byte[] of(byte[] good) {
            return good;
        }

        @Override
        void write(Path file, byte[] good) throws IOException {
            super.write(file, good);
            DiskScene.give(file, 0);
        }
    };

    private final StoreProblem told;

    DiskSpoilt(StoreProblem told) {
        this.told = told;
    }

    abstract byte[] of(byte[] good);

    /** Puts what has become of it into the place of the sidecar's file. */
    void write(Path file, byte[] good) throws IOException {
        DiskScene.write(file, of(good));
    }

    /** What the sidecar is to make of it. */
    StoreProblem told() {
        return told;
    }
}
