package dev.tokensidecar.testing.process;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code token-sidecar login} as a process that waits for a person. */
public final class LoginCommandRun implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Pattern ADDRESS = Pattern.compile("(?m)^(http\\S+)$");

    private final ChildProcess process;

    private LoginCommandRun(ChildProcess process) {
        this.process = process;
    }

    /**
     * Starts the command.
     *
     * @param directory its working directory
     * @param log gets both outputs
     */
    public static LoginCommandRun start(
            Path directory, Map<String, String> environment, Path log, String... arguments) {
        List<String> command = new ArrayList<>(PackagedApplication.command(SidecarProcess.HEAP));
        command.add("login");
        command.addAll(List.of(arguments));
        return new LoginCommandRun(ChildProcess.start(directory, command, environment, log));
    }

    /** Waits until the command has printed the address that the person opens. */
    public URI awaitAddress() throws InterruptedException {
        process.await("an address", () -> ADDRESS.matcher(log()).find(), TIMEOUT);
        Matcher address = ADDRESS.matcher(log());
        return address.find() ? URI.create(address.group(1)) : URI.create("");
    }

    /** Waits until the outputs contain this text. */
    public void awaitLog(String text) throws InterruptedException {
        await("a line with " + text, () -> log().contains(text));
    }

    /** Waits until the condition holds. */
    public void await(String what, ChildProcess.Condition condition) throws InterruptedException {
        process.await(what, condition, TIMEOUT);
    }

    /** Waits until the command ends and returns its exit code. */
    public int awaitExit() throws InterruptedException {
        return process.awaitExit(TIMEOUT);
    }

    /** Returns both outputs. */
    public String log() {
        return process.log();
    }

    @Override
    public void close() {
        process.close();
    }
}
