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
    /** A random moment. */
    ANY_TIME {
        @Override
        void await(KillScenario scenario, RandomGenerator random) throws InterruptedException {
            LockSupport.parkNanos(random.nextLong(ANY_TIME_WITHIN.toNanos()));
        }
    },
    /** The server has rotated the refresh token, and its response is held. */
    RESPONSE_HELD {
        @Override
        void await(KillScenario scenario, RandomGenerator random) throws InterruptedException {
            scenario.holdResponses();
            scenario.awaitHeld();
        }
    },
    /** The response is on its way: parsed, written, renamed, published, or none of these. */
    RESPONSE_SENT {
        @Override
        void await(KillScenario scenario, RandomGenerator random) throws InterruptedException {
            RESPONSE_HELD.await(scenario, random);
            scenario.release();
            long end = System.nanoTime() + random.nextLong(SOON_AFTER.toNanos());
            spinUntil(() -> System.nanoTime() >= end);
        }
    },
    /** The attempt is recorded, and the request is about to be sent. */
    ATTEMPT_RECORDED {
        @Override
        void await(KillScenario scenario, RandomGenerator random) throws InterruptedException {
            Path record = sibling(scenario, ".attempt");
            spinUntil(() -> !Files.exists(record));
            spinUntil(() -> Files.exists(record));
        }
    },
    /** One of the files is half written. */
    HALF_WRITTEN {
        @Override
        void await(KillScenario scenario, RandomGenerator random) throws InterruptedException {
            Path written = sibling(scenario, WRITTEN.get(random.nextInt(WRITTEN.size())));
            Set<Path> leftBehind = temporaries(written);
            spinUntil(() -> !leftBehind.containsAll(temporaries(written)));
        }
    },
    /** The previous token is set aside, and the new one is about to be saved. */
    PREVIOUS_SET_ASIDE {
        @Override
        void await(KillScenario scenario, RandomGenerator random) throws InterruptedException {
            awaitChange(sibling(scenario, ".previous"));
        }
    },
    /** The new refresh token is saved, and no caller has the new access token. */
    SAVED {
        @Override
        void await(KillScenario scenario, RandomGenerator random) throws InterruptedException {
            awaitChange(scenario.storeFile());
        }
    };

    private static final List<String> WRITTEN = List.of(".attempt", ".previous", "");
    private static final Duration ANY_TIME_WITHIN = Duration.ofMillis(2500);
    private static final Duration SOON_AFTER = Duration.ofMillis(20);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** Returns at that moment. */
    abstract void await(KillScenario scenario, RandomGenerator random) throws InterruptedException;

    private static Path sibling(KillScenario scenario, String extension) {
        return scenario.storeFile().resolveSibling(scenario.storeFile().getFileName() + extension);
    }

    /** Waits for another inode: a save replaces the whole file. */
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

    /** Spins: a sleeping thread would miss moments of microseconds. */
    private static void spinUntil(BooleanSupplier condition) {
        long end = System.nanoTime() + TIMEOUT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("the moment did not arrive");
            }
            Thread.onSpinWait();
        }
    }
}
