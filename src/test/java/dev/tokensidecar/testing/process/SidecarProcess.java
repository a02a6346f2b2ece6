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

/** The {@link PackagedApplication} application as a real process, a command and environment variables, on ports of its own. */
public final class SidecarProcess implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(60);

    /** Enough for anything. */
    static final String HEAP = "128m";

    private final ChildProcess process;
    private final URI api;
    private final URI management;

    private SidecarProcess(ChildProcess process, URI api, URI management) {
        this.process = process;
        this.api = api;
        this.management = management;
    }

    /** Starts the application with these environment variables. It may well be one that can't start. */
    public static SidecarProcess start(Map<String, String> environment, Path log) {
        return start(List.of(), HEAP, environment, log);
    }

    /**
     * Starts the application by way of another command.
     *
     * @param prefix a command that runs the one behind it, as {@code setpriv --reuid 10001} does
     * @param heap the limit, as {@code -Xmx} takes it
     */
    public static SidecarProcess start(List<String> prefix, String heap, Map<String, String> environment, Path log) {
        return start(Path.of(""), command(prefix, heap), environment, log);
    }

    /** Starts the application by a command of another kind, such as the one of an image. */
    public static SidecarProcess startAs(List<String> command, Map<String, String> environment, Path log) {
        return start(Path.of(""), command, environment, log);
    }

    /** Starts the application by such a command in this working directory. */
    public static SidecarProcess startAs(
            Path directory, List<String> command, Map<String, String> environment, Path log) {
        return start(directory, command, environment, log);
    }

    /** Starts the application in this working directory, below which it looks for its file. */
    public static SidecarProcess startIn(Path directory, Map<String, String> environment, Path log) {
        return start(directory, command(List.of(), HEAP), environment, log);
    }

    private static List<String> command(List<String> prefix, String heap) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(PackagedApplication.command(heap));
        return command;
    }

    private static SidecarProcess start(
            Path directory, List<String> command, Map<String, String> environment, Path log) {
        int port = ChildProcess.freePort();
        int managementPort = ChildProcess.freePort();
        Map<String, String> variables = new HashMap<>(environment);
        variables.put("QUARKUS_HTTP_PORT", Integer.toString(port));
        variables.put("QUARKUS_MANAGEMENT_PORT", Integer.toString(managementPort));
        ChildProcess process = ChildProcess.start(directory, command, variables, log);
        return new SidecarProcess(process, local(port), local(managementPort));
    }

    /** Waits for the first token ({@code /q/health/started}). */
    public void awaitStarted() throws InterruptedException {
        process.awaitStatus(200, management("/q/health/started"), START);
    }

    /** Waits for the process itself ({@code /q/health/live}), with a token or without. */
    public void awaitLive() throws InterruptedException {
        process.awaitStatus(200, management("/q/health/live"), START);
    }

    /**
     * Waits for the first token, or for the alarm that there will be none ({@code token_sidecar_state}).
     *
     * @return whether there is a token
     */
    public boolean awaitTokenOrDeath() throws InterruptedException {
        awaitLive();
        process.await("a token or its death", () -> meter("token_sidecar_generation") > 0 || is("dead"), START);
        return !is("dead");
    }

    /** Waits until there is no usable token ({@code /q/health/ready}). */
    public void awaitNotReady() throws InterruptedException {
        process.awaitStatus(503, management("/q/health/ready"), START);
    }

    /** Waits until so many callers wait for a token ({@code token_sidecar_waiters}). */
    public void awaitWaiters(int callers) throws InterruptedException {
        process.await(callers + " waiters", () -> meter("token_sidecar_waiters") == callers, START);
    }

    /** Waits until the sidecar is in this state ({@code token_sidecar_state}). */
    public void awaitState(String state) throws InterruptedException {
        process.await("state " + state, () -> is(state), START);
    }

    /** The value of a meter, all its samples together. */
    public double meter(String name) throws InterruptedException {
        Pattern sample = Pattern.compile("(?m)^" + Pattern.quote(name) + "(?:\\{[^}]*})? (\\S+)");
        return sample.matcher(body(management("/q/metrics")))
                .results()
                .mapToDouble(line -> Double.parseDouble(line.group(1)))
                .sum();
    }

    /** What {@code /status} tells of the token. */
    public JsonObject status() throws InterruptedException {
        return statuses().getFirst();
    }

    /** What {@code /status} tells of each token. */
    public List<JsonObject> statuses() throws InterruptedException {
        return new JsonObject(body(api("/status")))
                .getJsonArray("tokens").stream().map(JsonObject.class::cast).toList();
    }

    /** Waits until that is so. */
    public void awaitStatus(String what, Predicate<JsonObject> condition) throws InterruptedException {
        process.await(what, () -> condition.test(status()), START);
    }

    /** What the operating system calls the process. */
    public long pid() {
        return process.pid();
    }

    /** An address of the application side, {@code /token} for instance. */
    public URI api(String path) {
        return api.resolve(path);
    }

    /** An address of the cluster side, {@code /q/metrics} for instance. */
    public URI management(String path) {
        return management.resolve(path);
    }

    /** Waits until the process has ended by itself, tells its exit code. */
    public int awaitExit() throws InterruptedException {
        return process.awaitExit(START);
    }

    /** Asks the process to end (SIGTERM) and does not wait for it. */
    public void terminate() {
        process.terminate();
    }

    /** Waits until the process has logged this. */
    public void awaitLog(String text) throws InterruptedException {
        process.await("a line with " + text, () -> log().contains(text), START);
    }

    /** Waits until that is so, for no longer than this. */
    public void await(String what, Duration most, ChildProcess.Condition condition) throws InterruptedException {
        process.await(what, condition, most);
    }

    /** Waits until that is so. */
    public void await(String what, ChildProcess.Condition condition) throws InterruptedException {
        process.await(what, condition, START);
    }

    /** What a meter with these labels, {@code token} apart, tells now. */
    public double meter(String name, Map<String, String> labels) {
        return Scrape.of(management).value(name, labels);
    }

    /** Asks the process to end, as Kubernetes does (SIGTERM), and tells its exit code. */
    public int stop() throws InterruptedException {
        return process.stop();
    }

    /** Ends the process as a crash does (SIGKILL). */
    public void kill() {
        process.crash();
    }

    /** All the process has logged so far. */
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
