package dev.tokensidecar.soak;

import dev.tokensidecar.demo.DemoAuthorizationServer;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Causes one disturbance after the other. Each ends when the sidecar has recovered. */
final class Disturbances {

    private static final Duration MAX_REST = Duration.ofSeconds(2);
    private static final Duration CHECK_INTERVAL = Duration.ofMillis(50);
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int MAX_FAILURES = 4;

    private final SidecarTestBed testBed;
    private final DemoAuthorizationServer server;
    private final SidecarProcess sidecar;
    private final Path store;
    private final Random random;
    private final List<Disturbance> remaining = new ArrayList<>();
    private final List<DisturbanceEpisode> episodes = new CopyOnWriteArrayList<>();

    /** @param store the directory of the store file */
    Disturbances(SidecarTestBed testBed, SidecarProcess sidecar, Path store, long seed) {
        this.testBed = testBed;
        this.server = testBed.server();
        this.sidecar = sidecar;
        this.store = store;
        this.random = new Random(seed);
    }

    /** Continues until that moment and the end of the last disturbance. */
    void runUntil(Instant end) {
        while (Instant.now().isBefore(end)) {
            LockSupport.parkNanos(random.nextLong(MAX_REST.toNanos()));
            DisturbanceEpisode episode = new DisturbanceEpisode(choose(), Instant.now());
            episodes.add(episode);
            int failures = run(episode.disturbance());
            episode.end(Instant.now(), failures);
        }
    }

    /** Returns each disturbance once, then once more in another order, and so on. */
    private Disturbance choose() {
        if (remaining.isEmpty()) {
            remaining.addAll(List.of(Disturbance.values()));
            Collections.shuffle(remaining, random);
        }
        return remaining.removeLast();
    }

    /**
     * Runs a disturbance.
     *
     * @return how many requests may have failed
     */
    private int run(Disturbance disturbance) {
        long requests = server.stats().tokenRequests();
        return switch (disturbance) {
            case UNAVAILABLE, LOST_RESPONSE, INVALID_RESPONSE -> next(1 + random.nextInt(MAX_FAILURES), disturbance);
            case CLIENT_REJECTED, SLOW, HANG, ODD_LIFETIME -> next(1, disturbance);
            case OUTAGE -> outage(disturbance);
            case REVOKED -> {
                server.revokeAccessTokens();
                awaitRecovery(requests + 1);
                yield 0;
            }
            case STORE_GONE -> {
                move(store, movedStore());
                awaitRecovery(requests + 2);
                move(movedStore(), store);
                await(
                        "the refresh token is saved",
                        () -> token().getJsonObject("refresh_token").getBoolean("persisted"));
                yield 0;
            }
        };
    }

    private int next(int requests, Disturbance disturbance) {
        long before = server.stats().tokenRequests();
        server.faults().next(requests, disturbance.randomFault(random));
        awaitRecovery(before + requests);
        return requests;
    }

    private int outage(Disturbance disturbance) {
        Instant begin = Instant.now();
        server.faults().always(disturbance.randomFault(random));
        LockSupport.parkNanos(Duration.ofMillis(3000 + random.nextInt(5000)).toNanos());
        server.faults().clear();
        Instant end = Instant.now();
        awaitRecovery(server.stats().tokenRequests() + 1);
        return SoakSettings.failures(Duration.between(begin, end));
    }

    private Path movedStore() {
        return store.resolveSibling("away");
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until the server got this many requests and the last response had a token. */
    private void awaitRecovery(long requests) {
        await("recovery of the sidecar", () -> {
            boolean asked = server.stats().tokenRequests() >= requests;
            JsonObject token = token();
            return asked && token.getString("state").equals("idle") && token.getInteger("failures_in_a_row") == 0;
        });
    }

    /** Returns the token of {@code /status}. */
    JsonObject token() {
        return new JsonObject(testBed.get(sidecar.api("/status"), Map.of()).body())
                .getJsonArray("tokens")
                .getJsonObject(0);
    }

    private void await(String what, BooleanSupplier condition) {
        for (long check = 0; !condition.getAsBoolean(); check++) {
            if (check > TIMEOUT.dividedBy(CHECK_INTERVAL)) {
                throw new IllegalStateException(
                        "not within %s: %s, but after %s %s".formatted(TIMEOUT, what, summary(), token()));
            }
            LockSupport.parkNanos(CHECK_INTERVAL.toNanos());
        }
    }

    /** Returns whether a disturbance between these moments explains the error. */
    boolean explains(String error, boolean impatient, Instant from, Instant to) {
        return episodes.stream()
                .anyMatch(episode ->
                        episode.overlaps(from, to) && episode.disturbance().explains(error, impatient));
    }

    /** Returns the maximum number of failed requests between these moments. */
    int failures(Instant from, Instant to) {
        return episodes.stream()
                .filter(episode -> episode.overlaps(from, to))
                .mapToInt(DisturbanceEpisode::failures)
                .sum();
    }

    /** Returns the number of disturbances by kind. */
    Map<Disturbance, Long> summary() {
        Map<Disturbance, Long> count = new EnumMap<>(Disturbance.class);
        episodes.forEach(episode -> count.merge(episode.disturbance(), 1L, Long::sum));
        return count;
    }
}
