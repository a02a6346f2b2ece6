package dev.tokensidecar.kubernetes.session;

import dev.tokensidecar.kubernetes.controlplane.PodFiles;
import dev.tokensidecar.testing.process.AssembledImage;
import dev.tokensidecar.testing.process.SidecarProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A sidecar, the application that polls it for tokens, and the network between the sidecar and either server. */
public final class Pod implements AutoCloseable {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(200);
    private static final Duration POLL_TIMEOUT = Duration.ofSeconds(5);
    private static final int STARTED_TOGETHER = 4;

    private final String name;
    private final PodFiles files;
    private final Link apiServer;
    private final Link authorizationServer;
    private final String tokenPath;
    private final Map<String, String> settings;
    private final Polls polls;
    private final HttpClient client;
    private final Thread application;
    private String uid = UUID.randomUUID().toString();
    private int starts;
    private volatile @Nullable SidecarProcess sidecar;
    private volatile Instant pausedAt = Instant.EPOCH;
    private volatile Instant resumedAt = Instant.EPOCH;
    private volatile Instant lastSuccess = Instant.EPOCH;
    private volatile boolean closed;

    /**
     * Starts nothing yet.
     *
     * @param tokenPath the path of the token endpoint
     * @param settings the environment of the sidecar, without what differs between pods
     * @param client sends the requests of the application
     */
    public Pod(
            String name,
            PodFiles files,
            Link apiServer,
            Link authorizationServer,
            String tokenPath,
            Map<String, String> settings,
            HttpClient client,
            Polls polls) {
        this.name = name;
        this.files = files;
        this.apiServer = apiServer;
        this.authorizationServer = authorizationServer;
        this.tokenPath = tokenPath;
        this.settings = settings;
        this.client = client;
        this.polls = polls;
        this.application = Thread.ofVirtual().start(this::poll);
    }

    public String name() {
        return name;
    }

    /** Returns the UID, by which the claim of this pod is recognized. */
    public String uid() {
        return uid;
    }

    public Link apiServer() {
        return apiServer;
    }

    public Link authorizationServer() {
        return authorizationServer;
    }

    public SidecarProcess sidecar() {
        SidecarProcess running = sidecar;
        if (running == null) {
            throw new IllegalStateException(name + " does not run");
        }
        return running;
    }

    /** Starts all of them, few at a time: a start takes more of a processor than a running sidecar. */
    public static void start(List<Pod> pods) throws InterruptedException {
        for (int first = 0; first < pods.size(); first += STARTED_TOGETHER) {
            List<Pod> next = pods.subList(first, Math.min(pods.size(), first + STARTED_TOGETHER));
            next.forEach(Pod::start);
            for (Pod pod : next) {
                pod.sidecar().awaitStarted();
            }
        }
    }

    /** Starts the sidecar, as the kubelet starts a container. */
    public void start() {
        starts++;
        Map<String, String> environment = new HashMap<>(settings);
        environment.putAll(PodFiles.environment(apiServer.port()));
        environment.put(
                "SIDECAR_TOKEN_AUTHORIZATION_SERVER_TOKEN_ENDPOINT",
                "http://127.0.0.1:" + authorizationServer.port() + tokenPath);
        environment.put("SIDECAR_POD_NAME", name);
        environment.put("SIDECAR_POD_UID", uid);
        Path log = Path.of("target", "fleet", name + "-" + starts + ".log");
        sidecar = SidecarProcess.startCommand(command(), environment, log);
    }

    /** Runs what the image runs, because that starts fast. */
    private List<String> command() {
        AssembledImage image = new AssembledImage(
                Path.of(System.getProperty("image.runtime")), Path.of(System.getProperty("image.application")));
        List<String> command = new ArrayList<>(files.prefix());
        command.addAll(image.command(AssembledImage.LIMIT));
        return command;
    }

    /** Kills the sidecar (SIGKILL). */
    public void kill() throws InterruptedException {
        SidecarProcess running = sidecar();
        sidecar = null;
        running.kill();
        var unused = running.awaitExit();
        running.close();
    }

    /** Another pod takes the place of this one when the sidecar starts next. */
    public void replace() {
        uid = UUID.randomUUID().toString();
    }

    /** Stops the sidecar (SIGSTOP): as far as it can tell, time stands still. */
    public void pause() throws IOException, InterruptedException {
        pausedAt = Instant.now();
        signal("STOP");
    }

    /** Lets the sidecar continue (SIGCONT). */
    public void resume() throws IOException, InterruptedException {
        resumedAt = Instant.now();
        signal("CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        int status = new ProcessBuilder(
                        "kill", "-" + signal, Long.toString(sidecar().pid()))
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("kill -" + signal + " failed");
        }
    }

    /** Whether the application got a token for a request that it has sent since then. */
    public boolean isWellSince(Instant moment) {
        return lastSuccess.isAfter(moment);
    }

    private void poll() {
        while (!closed) {
            SidecarProcess running = sidecar;
            if (running != null) {
                poll(running);
            }
            LockSupport.parkNanos(POLL_INTERVAL.toNanos());
        }
    }

    private void poll(SidecarProcess running) {
        HttpRequest request = HttpRequest.newBuilder(running.api("/token"))
                .header("Accept", "text/plain")
                .timeout(POLL_TIMEOUT)
                .build();
        Instant sent = Instant.now();
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            Instant received = Instant.now();
            if (response.statusCode() == 200) {
                polls.served(name, response.body(), sent, decided(sent), received);
                lastSuccess = sent;
            } else {
                polls.failed(name, sent, received, error(response));
            }
        } catch (IOException e) {
            polls.failed(name, sent, Instant.now(), e.getClass().getSimpleName());
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    private static String error(HttpResponse<String> response) {
        return response.statusCode() + " " + new JsonObject(response.body()).getString("error");
    }

    /** A request that the sidecar found when it continued was not decided before. */
    private Instant decided(Instant sent) {
        boolean whilePaused = sent.isAfter(pausedAt) && sent.isBefore(resumedAt);
        return whilePaused ? resumedAt : sent;
    }

    /** The application ends first. */
    @Override
    public void close() {
        closed = true;
        application.interrupt();
        SidecarProcess running = sidecar;
        if (running != null) {
            running.kill();
            running.close();
        }
        apiServer.close();
        authorizationServer.close();
    }
}
