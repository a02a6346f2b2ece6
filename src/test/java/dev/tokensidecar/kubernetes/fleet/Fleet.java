package dev.tokensidecar.kubernetes.fleet;

import dev.tokensidecar.demo.DemoAuthorizationServer;
import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.RecordedRequest;
import dev.tokensidecar.kubernetes.controlplane.ControlPlane;
import dev.tokensidecar.kubernetes.controlplane.PodFiles;
import dev.tokensidecar.kubernetes.controlplane.SecretHistory;
import dev.tokensidecar.kubernetes.session.Link;
import dev.tokensidecar.kubernetes.session.Pod;
import dev.tokensidecar.kubernetes.session.Polls;
import dev.tokensidecar.kubernetes.session.RecordHistory;
import dev.tokensidecar.kubernetes.session.SharedSession;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Pods that share one session through a Secret, with the Role of {@code k8s/fleet}, and the authorization server. It rotates
 * refresh tokens strictly and ends a session when one is used twice.
 */
final class Fleet implements AutoCloseable {

    static final Duration ACCESS_TOKEN_LIFETIME = Duration.ofSeconds(3);

    /** How long a token request may take. */
    static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);

    /** When a claim that does not change may be taken over. */
    static final Duration CLAIM_TIMEOUT = REQUEST_TIMEOUT.plusSeconds(10);

    private static final Path DIRECTORY = Path.of("target", "fleet");
    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration CHECK_INTERVAL = Duration.ofMillis(20);

    /**
     * A session that the authorization server has ended, because a refresh token was used twice.
     *
     * @param begin when it was used for the second time
     * @param inWindow whether no sidecar can prevent that: the successor of the refresh token was not saved
     * @param replaced when somebody had logged in again
     */
    record LostSession(Instant begin, boolean inWindow, Instant replaced) {}

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();
    private final ControlPlane plane;
    private final DemoAuthorizationServer server;
    private final SharedSession session;
    private final SecretHistory history;
    private final Polls polls = new Polls();
    private final List<Pod> pods = new ArrayList<>();
    private final List<LostSession> lost = new ArrayList<>();

    /**
     * Starts the servers, but no pod.
     *
     * @param directory contains the files of the servers and of the pods
     */
    Fleet(Path directory, int size) throws Exception {
        Files.createDirectories(DIRECTORY);
        Files.deleteIfExists(DIRECTORY.resolve("fleet.log"));
        plane = new ControlPlane(directory.resolve("plane"), DIRECTORY);
        server = DemoAuthorizationServer.start(
                vertx,
                DemoOptions.builder()
                        .accessTokenLifetime(ACCESS_TOKEN_LIFETIME)
                        .grace(Duration.ZERO)
                        .build());
        session = new SharedSession(plane);
        history = session.history();
        logIn();
        Path secret = Files.writeString(directory.resolve("client-secret"), DemoOptions.CLIENT_SECRET);
        Map<String, String> settings = settings(secret);
        for (int number = 1; number <= size; number++) {
            String name = "token-sidecar-" + number;
            PodFiles files = session.files(directory.resolve(name));
            String path = URI.create(server.tokenEndpoint()).getPath();
            pods.add(new Pod(
                    name, files, new Link(plane.port()), new Link(server.port()), path, settings, client, polls));
        }
    }

    /** Settings with which a sidecar keeps up with a lifetime of three seconds. */
    private static Map<String, String> settings(Path clientSecret) {
        return Map.of(
                "SIDECAR_TOKEN_CLIENT_ID",
                DemoOptions.CLIENT_ID,
                "SIDECAR_TOKEN_CLIENT_SECRET_FILE",
                clientSecret.toString(),
                "SIDECAR_TOKEN_STORE_KUBERNETES_SECRET",
                SharedSession.SECRET,
                "SIDECAR_TOKEN_AUTHORIZATION_SERVER_TIMEOUT",
                REQUEST_TIMEOUT.toSeconds() + "s",
                "SIDECAR_TOKEN_AUTHORIZATION_SERVER_CONNECT_TIMEOUT",
                "1s",
                "SIDECAR_TOKEN_HTTP_MAX_WAIT",
                "2s",
                "SIDECAR_TOKEN_REFRESH_MIN_INTERVAL",
                "500ms",
                "SIDECAR_TOKEN_REFRESH_BACK_OFF_MAX",
                "1s");
    }

    /** Opens a session, as a person does who logs in. */
    private void logIn() throws IOException, InterruptedException {
        session.seed(server.newSession());
    }

    /** Starts all pods. */
    void start() throws IOException, InterruptedException {
        Instant begin = Instant.now();
        Pod.start(pods);
        awaitWell(begin, START_TIMEOUT);
    }

    /**
     * Waits until the application of each pod has got a token that it asked for after this moment. Logs in again if the
     * authorization server has ended the session.
     */
    void awaitWell(Instant since, Duration atMost) throws IOException, InterruptedException {
        Instant end = since.plus(atMost);
        while (!pods.stream().allMatch(pod -> pod.isWellSince(since))) {
            if (server.stats().reuseDetections() > lost.size()) {
                replaceSession();
                end = Instant.now().plus(atMost);
            }
            if (Instant.now().isAfter(end)) {
                throw new AssertionError("no token within " + atMost + " for "
                        + pods.stream()
                                .filter(pod -> !pod.isWellSince(since))
                                .map(Pod::name)
                                .toList() + ", see " + DIRECTORY);
            }
            LockSupport.parkNanos(CHECK_INTERVAL.toNanos());
        }
    }

    private void replaceSession() throws IOException, InterruptedException {
        RecordedRequest reuse = reuse();
        boolean outside = new RecordHistory(history.versions())
                .presentedAlthoughSucceeded(reuse.form().getOrDefault("refresh_token", ""));
        logIn();
        lost.add(new LostSession(reuse.arrivedAt(), !outside, Instant.now()));
        log(lost.getLast().toString());
    }

    /**
     * Returns the request that ended the session: the first after the last success that was rejected, or whose response is still
     * on its way.
     */
    private RecordedRequest reuse() {
        List<RecordedRequest> requests = server.requests();
        int first = requests.size();
        while (first > 0 && !Integer.valueOf(200).equals(requests.get(first - 1).status())) {
            first--;
        }
        List<RecordedRequest> later = requests.subList(first, requests.size());
        return later.stream()
                .filter(request -> Integer.valueOf(400).equals(request.status()))
                .findFirst()
                .orElseGet(later::getFirst);
    }

    /** Adds a line to {@code target/fleet/fleet.log}. */
    void log(String line) {
        try {
            Files.writeString(
                    DIRECTORY.resolve("fleet.log"),
                    Instant.now() + " " + line + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ControlPlane plane() {
        return plane;
    }

    DemoAuthorizationServer server() {
        return server;
    }

    SecretHistory history() {
        return history;
    }

    Polls polls() {
        return polls;
    }

    List<Pod> pods() {
        return pods;
    }

    List<LostSession> lostSessions() {
        return lost;
    }

    @Override
    public void close() {
        pods.forEach(Pod::close);
        client.shutdownNow();
        history.close();
        server.close();
        plane.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
