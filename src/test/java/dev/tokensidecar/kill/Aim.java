package dev.tokensidecar.kill;

import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.SidecarProcess;
import dev.tokensidecar.testing.Stage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/** The moment at which a process is killed. */
enum Aim {
    /** Any. */
    ANY_TIME {
        @Override
        void await(Stage stage, SidecarProcess sidecar, RandomGenerator random) {
            LockSupport.parkNanos(random.nextLong(ANY_TIME_WITHIN.toNanos()));
        }
    },
    /** The server has rotated the refresh token, and its answer is still there. */
    ANSWER_HELD {
        @Override
        void await(Stage stage, SidecarProcess sidecar, RandomGenerator random) {
            stage.server().faults().next(Fault.hold().afterProcessing());
            stage.server().awaitHeld(1);
        }
    },
    /** The answer is on its way: parsed, written, renamed, published or none of that. */
    ANSWER_SENT {
        @Override
        void await(Stage stage, SidecarProcess sidecar, RandomGenerator random) {
            ANSWER_HELD.await(stage, sidecar, random);
            stage.server().release();
            long end = System.nanoTime() + random.nextLong(SOON_AFTER.toNanos());
            spinUntil(() -> System.nanoTime() >= end);
        }
    },
    /** An attempt was noted, and the request is about to leave. */
    ATTEMPT_NOTED {
        @Override
        void await(Stage stage, SidecarProcess sidecar, RandomGenerator random) {
            Path note = beside(stage, ".attempt");
            spinUntil(() -> !Files.exists(note));
            spinUntil(() -> Files.exists(note));
        }
    },
    /** Something is being written. */
    HALF_WRITTEN {
        @Override
        void await(Stage stage, SidecarProcess sidecar, RandomGenerator random) {
            spinUntil(() -> somethingIsBeingWritten(stage.stored()));
        }
    },
    /** The former token was put aside, and the new one is about to be saved. */
    FORMER_KEPT {
        @Override
        void await(Stage stage, SidecarProcess sidecar, RandomGenerator random) {
            awaitChange(beside(stage, ".previous"));
        }
    },
    /** The new refresh token was saved, and nobody has heard of the new access token. */
    SAVED {
        @Override
        void await(Stage stage, SidecarProcess sidecar, RandomGenerator random) {
            awaitChange(stage.stored());
        }
    };

    private static final Duration ANY_TIME_WITHIN = Duration.ofMillis(2500);
    private static final Duration SOON_AFTER = Duration.ofMillis(5);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Returns when the moment has come. */
    abstract void await(Stage stage, SidecarProcess sidecar, RandomGenerator random);

    private static Path beside(Stage stage, String extension) {
        return stage.stored().resolveSibling(stage.stored().getFileName() + extension);
    }

    /** A file that is replaced as a whole is another file afterwards. */
    private static void awaitChange(Path path) {
        Object before = identity(path);
        spinUntil(() -> !identity(path).equals(before));
    }

    private static Object identity(Path path) {
        try {
            return Files.getAttribute(path, "unix:ino");
        } catch (NoSuchFileException none) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean somethingIsBeingWritten(Path stored) {
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(stored.resolveSibling("."), stored.getFileName() + "*.tmp")) {
            return files.iterator().hasNext();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Moments of microseconds are not met by somebody who sleeps. */
    private static void spinUntil(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("the moment never came");
            }
            Thread.onSpinWait();
        }
    }
}
