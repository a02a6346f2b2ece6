package dev.tokensidecar.testing.process;

import dev.tokensidecar.testing.measurement.Scrape;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The {@link PackagedApplication} as a process, with a command, environment variables and ports of its own. */
public final class SidecarProcess implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** The test's own environment does not decide how the application reaches its servers. */
    private static final List<String> PROXIES =
            List.of("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy");

    /** A heap limit that suffices for every test. */
    static final String HEAP = "128m";

    private final ChildProcess process;
    private final URI api;
    private final URI management;

    private SidecarProcess(ChildProcess process, URI api, URI management) {
        this.process = process;
        this.api = api;
        this.management = management;
    }

    /** Starts the application with these environment variables. The start may fail. */
    public static SidecarProcess start(Map<String, String> environment, Path log) {
        return start(List.of(), HEAP, environment, log);
    }

    /**
     * Starts the application through another command.
     *
     * @param prefix a command that runs the application, {@code setpriv --reuid 10001} for instance
     * @param heap the heap limit in the notation of {@code -Xmx}
     * @param arguments those of the application
     */
    public static SidecarProcess start(
            List<String> prefix, String heap, Map<String, String> environment, Path log, String... arguments) {
        return start(Path.of(""), command(prefix, heap, arguments), environment, log);
    }

    /** Starts the application with another command, that of an image for instance. */
    public static SidecarProcess startCommand(List<String> command, Map<String, String> environment, Path log) {
        return start(Path.of(""), command, environment, log);
    }

    /** Starts the application with another command in this working directory. */
    public static SidecarProcess startCommand(
            Path directory, List<String> command, Map<String, String> environment, Path log) {
        return start(directory, command, environment, log);
    }

    /** Starts the application in this working directory, where it finds its configuration file. */
    public static SidecarProcess startIn(Path directory, Map<String, String> environment, Path log) {
        return start(directory, command(List.of(), HEAP), environment, log);
    }

    private static List<String> command(List<String> prefix, String heap, String... arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(PackagedApplication.command(heap));
        command.addAll(List.of(arguments));
        return command;
    }

    private static SidecarProcess start(
            Path directory, List<String> command, Map<String, String> environment, Path log) {
        int port = ChildProcess.freePort();
        int managementPort = ChildProcess.freePort();
        Map<String, String> variables = new HashMap<>(environment);
        PROXIES.forEach(name -> variables.putIfAbsent(name, ""));
        variables.put("QUARKUS_HTTP_PORT", Integer.toString(port));
        variables.put("QUARKUS_MANAGEMENT_PORT", Integer.toString(managementPort));
        ChildProcess process = ChildProcess.start(directory, command, variables, log);
        return new SidecarProcess(process, local(port), local(managementPort));
    }

    /** Waits for the first token ({@code /q/health/started}). */
    public void awaitStarted() throws InterruptedException {
        process.awaitStatus(200, management("/q/health/started"), TIMEOUT);
    }

    /** Waits until the process is live ({@code /q/health/live}), with a token or without. */
    public void awaitLive() throws InterruptedException {
        process.awaitStatus(200, management("/q/health/live"), TIMEOUT);
    }

    /**
     * Waits for the first token, or for the dead state.
     *
     * @return whether there is a token
     */
    public boolean awaitTokenOrDead() throws InterruptedException {
        awaitLive();
        process.await("a token or the dead state", () -> meter("token_sidecar_generation") > 0 || is("dead"), TIMEOUT);
        return !is("dead");
    }

    /** Waits until there is no usable token ({@code /q/health/ready}). */
    public void awaitNotReady() throws InterruptedException {
        process.awaitStatus(503, management("/q/health/ready"), TIMEOUT);
    }

    /** Waits until this many callers wait for a token ({@code token_sidecar_waiters}). */
    public void awaitWaiters(int callers) throws InterruptedException {
        process.await(callers + " waiters", () -> meter("token_sidecar_waiters") == callers, TIMEOUT);
    }

    /** Waits until the sidecar is in this state ({@code token_sidecar_state}). */
    public void awaitState(String state) throws InterruptedException {
        process.await("state " + state, () -> is(state), TIMEOUT);
    }

    /** Returns the sum of all samples of a meter. */
    public double meter(String name) throws InterruptedException {
        Pattern sample = Pattern.compile("(?m)^" + Pattern.quote(name) + "(?:\\{[^}]*})? (\\S+)");
        return sample.matcher(body(management("/q/metrics")))
                .results()
                .mapToDouble(line -> Double.parseDouble(line.group(1)))
                .sum();
    }

    /** Returns the token of {@code /status}. */
    public JsonObject status() throws InterruptedException {
        return statuses().getFirst();
    }

    /** Returns all tokens of {@code /status}. */
    public List<JsonObject> statuses() throws InterruptedException {
        return new JsonObject(body(api("/status")))
                .getJsonArray("tokens").stream().map(JsonObject.class::cast).toList();
    }

    /** Waits until the status meets the condition. */
    public void awaitStatus(String what, Predicate<JsonObject> condition) throws InterruptedException {
        process.await(what, () -> condition.test(status()), TIMEOUT);
    }

    /** Returns the process id. */
    public long pid() {
        return process.pid();
    }

    /** Returns an address of the token interface, {@code /token} for instance. */
    public URI api(String path) {
        return api.resolve(path);
    }

    /** Returns an address of the management interface, {@code /q/metrics} for instance. */
    public URI management(String path) {
        return management.resolve(path);
    }

    /** Waits until the process ends by itself and returns its exit code. */
    public int awaitExit() throws InterruptedException {
        return process.awaitExit(TIMEOUT);
    }

    /** Sends SIGTERM and does not wait. */
    public void terminate() {
        process.terminate();
    }

    /** Waits until the log contains this text. */
    public void awaitLog(String text) throws InterruptedException {
        process.await("a line with " + text, () -> log().contains(text), TIMEOUT);
    }

    /** Waits until the condition holds, with this timeout. */
    public void await(String what, Duration atMost, ChildProcess.Condition condition) throws InterruptedException {
        process.await(what, condition, atMost);
    }

    /** Waits until the condition holds. */
    public void await(String what, ChildProcess.Condition condition) throws InterruptedException {
        process.await(what, condition, TIMEOUT);
    }

    /** Returns the sample of a meter with these labels and {@code token="default"}. */
    public double meter(String name, Map<String, String> labels) {
        return Scrape.of(management).value(name, labels);
    }

    /** Sends SIGTERM, as Kubernetes does, waits, and returns the exit code. */
    public int stop() throws InterruptedException {
        return process.stop();
    }

    /** Kills the process (SIGKILL). */
    public void kill() {
        process.crash();
    }

    /** Returns the log so far. */
    public String log() {
        return process.log();
    }

    @Override
    public void close() {
        process.close();
    }

    private static String body(URI uri) throws InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean is(String state) {
        return meter("token_sidecar_state", Map.of("state", state)) == 1;
    }

    private static URI local(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }
}
