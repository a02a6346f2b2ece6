package dev.tokensidecar.kubernetes.controlplane;

import dev.tokensidecar.testing.process.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** One program of a cluster, which a test can end and start again. */
public final class ServerProgram implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final String name;
    private final List<String> command;
    private final Path logs;
    private final ChildProcess.Condition ready;
    private ChildProcess process;
    private int starts;

    /**
     * Starts the program and returns once it is ready.
     *
     * @param logs contains a log of each start
     */
    public ServerProgram(String name, List<String> command, Path logs, ChildProcess.Condition ready)
            throws InterruptedException {
        this.name = name;
        this.command = command;
        this.logs = logs;
        this.ready = ready;
        this.process = launch();
        awaitReady();
    }

    private ChildProcess launch() {
        starts++;
        return ChildProcess.start(command, Map.of(), logs.resolve(name + "-" + starts + ".log"));
    }

    /** Ends the program at once (SIGKILL). */
    public void kill() throws InterruptedException {
        process.crash();
        var unused = process.awaitExit(TIMEOUT);
        process.close();
    }

    /** Asks the program to end (SIGTERM). The API server takes its time as long as it has connections. */
    public void terminate() {
        process.terminate();
    }

    /** Waits for the end. */
    public void awaitExit() throws InterruptedException {
        var unused = process.awaitExit(TIMEOUT.multipliedBy(2));
        process.close();
    }

    /** Starts the program again; returns once it is ready. */
    public void start() throws InterruptedException {
        process = launch();
        awaitReady();
    }

    void awaitReady() throws InterruptedException {
        process.await(name + " is ready", ready, TIMEOUT);
    }

    /** Returns the id of its latest process. */
    public long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.crash();
        process.close();
    }
}
