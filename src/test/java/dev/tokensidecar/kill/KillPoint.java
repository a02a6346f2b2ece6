package dev.tokensidecar.kill;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/** The moment at which a process is killed. */
enum KillPoint {
    /** Any. */
    ANY_TIME {
        @Override
        void await(KillScenario scene, RandomGenerator random) throws InterruptedException {
            LockSupport.parkNanos(random.nextLong(ANY_TIME_WITHIN.toNanos()));
        }
    },
    /** The server has rotated the refresh token, and its answer is still there. */
    ANSWER_HELD {
        @Override
        void await(KillScenario scene, RandomGenerator random) throws InterruptedException {
            scene.holdAnswers();
            scene.awaitHeld();
        }
    },
    /** The answer is on its way: parsed, written, renamed, published or none of that. */
    ANSWER_SENT {
        @Override
        void await(KillScenario scene, RandomGenerator random) throws InterruptedException {
            ANSWER_HELD.await(scene, random);
            scene.release();
            long end = System.nanoTime() + random.nextLong(SOON_AFTER.toNanos());
            spinUntil(() -> System.nanoTime() >= end);
        }
    },
    /** An attempt was noted, and the request is about to leave. */
    ATTEMPT_NOTED {
        @Override
        void await(KillScenario scene, RandomGenerator random) throws InterruptedException {
            Path note = beside(scene, ".attempt");
            spinUntil(() -> !Files.exists(note));
            spinUntil(() -> Files.exists(note));
        }
    },
    /** One of the files is being written. */
    HALF_WRITTEN {
        @Override
        void await(KillScenario scene, RandomGenerator random) throws InterruptedException {
            Path written = beside(scene, WRITTEN.get(random.nextInt(WRITTEN.size())));
            Set<Path> leftBehind = temporaries(written);
            spinUntil(() -> !leftBehind.containsAll(temporaries(written)));
        }
    },
    /** The former token was put aside, and the new one is about to be saved. */
    FORMER_KEPT {
        @Override
        void await(KillScenario scene, RandomGenerator random) throws InterruptedException {
            awaitChange(beside(scene, ".previous"));
        }
    },
    /** The new refresh token was saved, and nobody has heard of the new access token. */
    SAVED {
        @Override
        void await(KillScenario scene, RandomGenerator random) throws InterruptedException {
            awaitChange(scene.stored());
        }
    };

    private static final List<String> WRITTEN = List.of(".attempt", ".previous", "");
    private static final Duration ANY_TIME_WITHIN = Duration.ofMillis(2500);
    private static final Duration SOON_AFTER = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Returns when the moment has come. */
    abstract void await(KillScenario scene, RandomGenerator random) throws InterruptedException;

    private static Path beside(KillScenario scene, String extension) {
        return scene.stored().resolveSibling(scene.stored().getFileName() + extension);
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

    private static Set<Path> temporaries(Path written) {
        Set<Path> found = new HashSet<>();
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(written.resolveSibling("."), written.getFileName() + ".[0-9]*.tmp")) {
            files.forEach(found::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
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
