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

/** Makes one trouble after the other; each one ends when the sidecar has got over it. */
final class Disturbances {

    private static final Duration LONGEST_REST = Duration.ofSeconds(2);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MOST_FAILURES = 4;

    private final SidecarTestBed testBed;
    private final DemoAuthorizationServer server;
    private final SidecarProcess sidecar;
    private final Path store;
    private final Random random;
    private final List<Disturbance> left = new ArrayList<>();
    private final List<DisturbanceEpisode> episodes = new CopyOnWriteArrayList<>();

    /** @param store the directory that the sidecar keeps its refresh token in */
    Disturbances(SidecarTestBed testBed, SidecarProcess sidecar, Path store, long seed) {
        this.testBed = testBed;
        this.server = testBed.server();
        this.sidecar = sidecar;
        this.store = store;
        this.random = new Random(seed);
    }

    /** Goes on until that moment, and until the last trouble is over. */
    void until(Instant end) {
        while (Instant.now().isBefore(end)) {
            LockSupport.parkNanos(random.nextLong(LONGEST_REST.toNanos()));
            DisturbanceEpisode episode = new DisturbanceEpisode(choose(), Instant.now());
            episodes.add(episode);
            int failures = go(episode.trouble());
            episode.end(Instant.now(), failures);
        }
    }

    /** Each once, then each once more in another order. */
    private Disturbance choose() {
        if (left.isEmpty()) {
            left.addAll(List.of(Disturbance.values()));
            Collections.shuffle(left, random);
        }
        return left.removeLast();
    }

    /** Tells how many requests may have failed. */
    private int go(Disturbance trouble) {
        long requests = server.stats().tokenRequests();
        return switch (trouble) {
            case UNAVAILABLE, LOST_ANSWER, BAD_ANSWER -> next(1 + random.nextInt(MOST_FAILURES), trouble);
            case CLIENT_REFUSED, SLOW, HANG, ODD_LIFE -> next(1, trouble);
            case OUTAGE -> outage(trouble);
            case REVOKED -> {
                server.revokeAccessTokens();
                awaitWell(requests + 1);
                yield 0;
            }
            case STORE_GONE -> {
                move(store, away());
                awaitWell(requests + 2);
                move(away(), store);
                await(
                        "the refresh token is saved",
                        () -> token().getJsonObject("refresh_token").getBoolean("persisted"));
                yield 0;
            }
        };
    }

    private int next(int requests, Disturbance trouble) {
        long before = server.stats().tokenRequests();
        server.faults().next(requests, trouble.anyFault(random));
        awaitWell(before + requests);
        return requests;
    }

    private int outage(Disturbance trouble) {
        Instant begin = Instant.now();
        server.faults().always(trouble.anyFault(random));
        LockSupport.parkNanos(Duration.ofMillis(3000 + random.nextInt(5000)).toNanos());
        server.faults().clear();
        Instant end = Instant.now();
        awaitWell(server.stats().tokenRequests() + 1);
        return SoakSettings.failures(Duration.between(begin, end));
    }

    private Path away() {
        return store.resolveSibling("away");
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The server was asked so often, and the last answer was a token. */
    private void awaitWell(long requests) {
        await("the sidecar is well again", () -> {
            boolean asked = server.stats().tokenRequests() >= requests;
            JsonObject token = token();
            return asked && token.getString("state").equals("idle") && token.getInteger("failures_in_a_row") == 0;
        });
    }

    /** What {@code /status} says. */
    JsonObject token() {
        return new JsonObject(testBed.get(sidecar.api("/status"), Map.of()).body())
                .getJsonArray("tokens")
                .getJsonObject(0);
    }

    private void await(String what, BooleanSupplier condition) {
        for (long look = 0; !condition.getAsBoolean(); look++) {
            if (look > PATIENCE.dividedBy(LOOK_AGAIN)) {
                throw new IllegalStateException(
                        "not within %s: %s, but after %s %s".formatted(PATIENCE, what, summary(), token()));
            }
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
    }

    /** Whether a caller that asked and was answered at these moments may have got this error. */
    boolean explain(String error, boolean impatient, Instant from, Instant to) {
        return episodes.stream()
                .anyMatch(episode ->
                        episode.touches(from, to) && episode.trouble().explains(error, impatient));
    }

    /** The most failed requests between these moments. */
    int failures(Instant from, Instant to) {
        return episodes.stream()
                .filter(episode -> episode.touches(from, to))
                .mapToInt(DisturbanceEpisode::failures)
                .sum();
    }

    /** How often there was which trouble. */
    Map<Disturbance, Long> summary() {
        Map<Disturbance, Long> count = new EnumMap<>(Disturbance.class);
        episodes.forEach(episode -> count.merge(episode.trouble(), 1L, Long::sum));
        return count;
    }
}
