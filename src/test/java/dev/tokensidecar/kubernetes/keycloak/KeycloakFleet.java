package dev.tokensidecar.kubernetes.keycloak;

import dev.tokensidecar.kubernetes.controlplane.ControlPlane;
import dev.tokensidecar.kubernetes.session.Link;
import dev.tokensidecar.kubernetes.session.Pod;
import dev.tokensidecar.kubernetes.session.Polls;
import dev.tokensidecar.kubernetes.session.SharedSession;
import dev.tokensidecar.testing.keycloak.KeycloakClient;
import dev.tokensidecar.testing.keycloak.KeycloakServer;
import dev.tokensidecar.testing.server.CountingProxy;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** Pods that share one session of a Keycloak through a Secret, and a proxy that counts their token requests. */
final class KeycloakFleet implements AutoCloseable {

    static final Duration ACCESS_TOKEN_LIFETIME = Duration.ofSeconds(5);

    /** How long before its expiry the holder refreshes an access token. */
    static final Duration AHEAD = Duration.ofSeconds(1);

    private static final Path LOGS = Path.of("target", "fleet-keycloak");
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration CHECK_INTERVAL = Duration.ofMillis(20);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);

    private final HttpClient client = HttpClient.newHttpClient();
    /** What has been started, the latest first. */
    private final Deque<AutoCloseable> running = new ArrayDeque<>();

    private final ControlPlane plane;
    private final SharedSession session;
    private final KeycloakClient keycloak;
    private final CountingProxy proxy;
    private final Polls polls = new Polls();
    private final List<Pod> pods = new ArrayList<>();

    /**
     * Starts the servers and opens the session, but starts no pod.
     *
     * @param directory contains the files of the API server and of the pods
     */
    KeycloakFleet(Path directory, int size) throws Exception {
        // both need many seconds of a processor, and wait in between
        CompletableFuture<KeycloakServer> starting = CompletableFuture.supplyAsync(KeycloakServer::start);
        running.push(() -> starting.thenAccept(KeycloakServer::close).join());
        try {
            plane = closing(new ControlPlane(directory.resolve("plane"), LOGS));
            session = new SharedSession(plane);
            KeycloakServer server = starting.join();
            keycloak = closing(new KeycloakClient(server.uri()));
            proxy = closing(new CountingProxy(server.uri(), TokenRequests::hash));
            logIn();
            Map<String, String> settings =
                    settings(Files.writeString(directory.resolve("client-secret"), KeycloakClient.CLIENT_SECRET));
            for (int number = 1; number <= size; number++) {
                pods.add(closing(pod("keycloak-" + number, directory, settings)));
            }
        } catch (Exception | Error e) {
            close();
            throw e;
        }
    }

    private <T extends AutoCloseable> T closing(T started) {
        running.push(started);
        return started;
    }

    /** The password grant, which only tests may use, takes the place of a person who logs in. */
    private void logIn() throws IOException, InterruptedException {
        var unused = keycloak.changeRealm(new JsonObject()
                .put("accessTokenLifespan", ACCESS_TOKEN_LIFETIME.toSeconds())
                .put("revokeRefreshToken", true)
                .put("refreshTokenMaxReuse", 0));
        session.seed(
                keycloak.logIn(KeycloakClient.confidential(), "offline_access").getString("refresh_token"));
    }

    private Pod pod(String name, Path directory, Map<String, String> settings)
            throws IOException, InterruptedException {
        return new Pod(
                name,
                session.files(directory.resolve(name)),
                new Link(plane.port()),
                new Link(proxy.uri("/").getPort()),
                KeycloakClient.TOKEN_ENDPOINT,
                settings,
                client,
                polls);
    }

    /** Settings with which a sidecar keeps up with a lifetime of some seconds. All timeouts keep their defaults. */
    private static Map<String, String> settings(Path clientSecret) {
        return Map.of(
                "SIDECAR_TOKEN_CLIENT_ID",
                KeycloakClient.CLIENT_ID,
                "SIDECAR_TOKEN_CLIENT_SECRET_FILE",
                clientSecret.toString(),
                "SIDECAR_TOKEN_STORE_KUBERNETES_SECRET",
                SharedSession.SECRET,
                "SIDECAR_TOKEN_HTTP_MAX_WAIT",
                "1s",
                "SIDECAR_TOKEN_REFRESH_AHEAD",
                AHEAD.toMillis() + "ms",
                "SIDECAR_TOKEN_REFRESH_MIN_REMAINING",
                "500ms",
                "SIDECAR_TOKEN_REFRESH_JITTER",
                "0",
                "SIDECAR_TOKEN_REFRESH_MIN_INTERVAL",
                "500ms",
                "SIDECAR_TOKEN_REFRESH_BACK_OFF_MAX",
                "1s");
    }

    /** Starts all pods, and returns once each has a token. */
    void start() throws InterruptedException {
        Instant begin = Instant.now();
        Pod.start(pods);
        awaitWell(begin);
    }

    /** Waits until the application of each pod has got a token that it asked for after this moment. */
    void awaitWell(Instant since) {
        Instant end = Instant.now().plus(TIMEOUT);
        while (!pods.stream().allMatch(pod -> pod.isWellSince(since))) {
            if (Instant.now().isAfter(end)) {
                throw new AssertionError("no token within " + TIMEOUT + " for "
                        + pods.stream()
                                .filter(pod -> !pod.isWellSince(since))
                                .map(Pod::name)
                                .toList() + ", their logs are in target/fleet, answers of Keycloak: "
                        + requests().statuses());
            }
            LockSupport.parkNanos(CHECK_INTERVAL.toNanos());
        }
    }

    /** Returns the pods whose current access token Keycloak does not consider active. */
    List<String> rejectedPods() throws IOException, InterruptedException {
        List<String> rejected = new ArrayList<>();
        for (Pod pod : pods) {
            if (!servesActiveToken(pod)) {
                rejected.add(pod.name());
            }
        }
        return rejected;
    }

    /** A token may expire between the two requests. Its successor, at the latest, has to be active. */
    private boolean servesActiveToken(Pod pod) throws IOException, InterruptedException {
        Instant end = Instant.now().plus(ACCESS_TOKEN_LIFETIME.multipliedBy(2));
        boolean active = isActive(pod);
        while (!active && Instant.now().isBefore(end)) {
            LockSupport.parkNanos(CHECK_INTERVAL.toNanos());
            active = isActive(pod);
        }
        return active;
    }

    private boolean isActive(Pod pod) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(pod.sidecar().api("/token"))
                .header("Accept", "text/plain")
                .timeout(REQUEST_TIMEOUT)
                .build();
        HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
        return response.statusCode() == 200 && keycloak.isActive(response.body());
    }

    ControlPlane plane() {
        return plane;
    }

    SharedSession session() {
        return session;
    }

    Polls polls() {
        return polls;
    }

    List<Pod> pods() {
        return pods;
    }

    /** Returns the token requests that Keycloak has answered so far. */
    TokenRequests requests() {
        return new TokenRequests(proxy.exchanges());
    }

    /** Ends everything, whatever fails meanwhile. */
    @Override
    public void close() {
        client.shutdownNow();
        List<Exception> failures = new ArrayList<>();
        while (!running.isEmpty()) {
            try {
                running.pop().close();
            } catch (CompletionException neverStarted) {
                // the constructor reports why
            } catch (Exception e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException(
                    failures.stream().map(Exception::toString).collect(Collectors.joining(", ")), failures.getFirst());
        }
    }
}
