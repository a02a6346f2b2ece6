package dev.tokensidecar.testing;

import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The packaged application as a real process, {@code java -jar} and environment variables, on ports of its own.
 *
 * <p>The system property {@code sidecar.jar} says which jar. It is built before any test that needs this class.
 */
public final class SidecarProcess implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(60);

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
        int port = ChildProcess.freePort();
        int managementPort = ChildProcess.freePort();
        Map<String, String> variables = new HashMap<>(environment);
        variables.put("QUARKUS_HTTP_PORT", Integer.toString(port));
        variables.put("QUARKUS_MANAGEMENT_PORT", Integer.toString(managementPort));
        String java = System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
        ChildProcess process = ChildProcess.start(
                List.of(java, "-Xmx128m", "-jar", System.getProperty("sidecar.jar")), variables, log);
        return new SidecarProcess(process, local(port), local(managementPort));
    }

    /** Waits for the first token ({@code /q/health/started}). */
    public void awaitStarted() throws InterruptedException {
        process.awaitOk(management("/q/health/started"), START);
    }

    /** Waits for the process itself ({@code /q/health/live}), with a token or without. */
    public void awaitLive() throws InterruptedException {
        process.awaitOk(management("/q/health/live"), START);
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

    /** Asks the process to end, as Kubernetes does (SIGTERM), and tells its exit code. */
    public int stop() throws InterruptedException {
        return process.stop();
    }

    /** Ends the process as a crash does (SIGKILL). */
    public void kill() {
        process.kill();
    }

    /** All the process has logged so far. */
    public String log() {
        return process.log();
    }

    @Override
    public void close() {
        process.close();
    }

    private static URI local(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }
}
