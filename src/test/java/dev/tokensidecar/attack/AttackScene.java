package dev.tokensidecar.attack;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.testing.ChildProcess;
import dev.tokensidecar.testing.Image;
import dev.tokensidecar.testing.Jcmd;
import dev.tokensidecar.testing.SidecarProcess;
import dev.tokensidecar.testing.Stage;
import dev.tokensidecar.testing.Vitals;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs the content of the JVM image as a process with the memory of the example's pod, beside a demo authorization
 * server whose tokens expire after seconds. Starts the process on demand, and again after an attack has ended it.
 */
final class AttackScene implements AutoCloseable {

    static final int LIMIT_MEGABYTES = 128;
    private static final long MEGABYTE = 1024L * 1024;

    private static final Duration ACCESS_TOKEN_LIFETIME = Duration.ofSeconds(6);

    private final String name;
    private final Path directory;
    private final Path temporary;
    private final Path socket;
    private final Stage stage;
    private final HostileServer api;
    private final int forwarding = ChildProcess.freePort();
    private final MemoryLimit limit = MemoryLimit.of(LIMIT_MEGABYTES * MEGABYTE);
    private @Nullable SidecarProcess running;
    private int starts;

    AttackScene(Class<?> test, Path directory) throws IOException {
        name = test.getSimpleName();
        this.directory = directory;
        temporary = Files.createDirectory(directory.resolve("tmp"));
        socket = directory.resolve("http.sock");
        api = new HostileServer();
        stage = new Stage(
                directory, log(0), DemoOptions.builder().accessTokenLife(ACCESS_TOKEN_LIFETIME).build());
        stage.set("SIDECAR_GUARD_SOCKET", socket.toString());
        stage.set("SIDECAR_GUARD_SOCKET_MODE", "0666");
        stage.set("SIDECAR_FORWARD_API_TARGET", api.uri(""));
        stage.set("SIDECAR_FORWARD_API_PORT", Integer.toString(forwarding));
        // the tests use jcmd, which the image disables
        options("");
    }

    /** Adds JVM options to those of the image. */
    void options(String more) {
        stage.set(
                "JAVA_TOOL_OPTIONS",
                ("-XX:-DisableAttachMechanism -Djava.io.tmpdir=" + temporary + " " + more).strip());
    }

    private Path log(int start) {
        return Path.of("target", name + "-" + start + ".log").toAbsolutePath();
    }

    Stage stage() {
        return stage;
    }

    /** The API that requests are forwarded to. */
    HostileServer api() {
        return api;
    }

    /** The directory for temporary files of the process. */
    Path temporary() {
        return temporary;
    }

    /** Returns the process, started if necessary, once it has a token. */
    SidecarProcess sidecar() throws InterruptedException {
        SidecarProcess process = live();
        process.awaitStarted();
        return process;
    }

    /** Returns the process, started if necessary, with or without a token. */
    SidecarProcess live() throws InterruptedException {
        SidecarProcess before = running;
        if (before != null && isAlive(before)) {
            return before;
        }
        end();
        Image image = new Image(
                Path.of(System.getProperty("image.runtime")), Path.of(System.getProperty("image.application")));
        List<String> command = new ArrayList<>(limit.prefix());
        command.addAll(image.command(LIMIT_MEGABYTES + "m"));
        SidecarProcess started = stage.startAs(directory, command, log(starts++));
        running = started;
        started.awaitLive();
        return started;
    }

    static boolean isAlive(SidecarProcess sidecar) {
        return ProcessHandle.of(sidecar.pid()).map(ProcessHandle::isAlive).orElse(false);
    }

    /** Ends the process. The next use starts a new one. */
    void end() {
        if (running != null) {
            running.close();
            running = null;
        }
    }

    /** Kills a process that no longer responds. */
    void kill() {
        if (running != null) {
            running.kill();
        }
    }

    /** The addresses that are reachable from inside the pod. */
    List<ListenAddress> inside() throws InterruptedException {
        int port = sidecar().api("/").getPort();
        return List.of(
                ListenAddress.application(port),
                ListenAddress.applicationV6(port),
                ListenAddress.socket(socket),
                ListenAddress.forwarding(forwarding));
    }

    ListenAddress management() throws InterruptedException {
        return ListenAddress.management(sidecar().management("/").getPort());
    }

    /** Returns a URI on the forwarding port. */
    URI forwarding(String path) {
        return URI.create("http://127.0.0.1:" + forwarding).resolve(path);
    }

    int forwardingPort() {
        return forwarding;
    }

    Path socket() {
        return socket;
    }

    boolean isLimited() {
        return limit.isEnforced();
    }

    /** The resources of the process after a full garbage collection. */
    Vitals vitals() throws IOException, InterruptedException {
        var unused = Jcmd.ask(sidecar().pid(), "GC.run");
        return Vitals.of(sidecar());
    }

    @Override
    public void close() throws IOException {
        end();
        stage.close();
        api.close();
        limit.close();
    }
}
