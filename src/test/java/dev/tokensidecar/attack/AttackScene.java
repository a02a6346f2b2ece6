package dev.tokensidecar.attack;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.testing.process.AssembledImage;
import dev.tokensidecar.testing.process.ChildProcess;
import dev.tokensidecar.testing.process.Jcmd;
import dev.tokensidecar.testing.process.ProcessResources;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
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
    private final SidecarTestBed testBed;
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
        testBed = new SidecarTestBed(
                directory,
                log(0),
                DemoOptions.builder().accessTokenLifetime(ACCESS_TOKEN_LIFETIME).build());
        testBed.set("SIDECAR_SOCKETS_ALL_PATH", socket.toString());
        testBed.set("SIDECAR_SOCKETS_ALL_MODE", "0666");
        testBed.set("SIDECAR_SOCKETS_ALL_TOKENS", "*");
        testBed.set("SIDECAR_FORWARD_API_TARGET", api.uri(""));
        testBed.set("SIDECAR_FORWARD_API_PORT", Integer.toString(forwarding));
        // the tests use jcmd, which the image disables
        options("");
    }

    /** Adds JVM options to those of the image. */
    void options(String more) {
        testBed.set(
                "JAVA_TOOL_OPTIONS",
                ("-XX:-DisableAttachMechanism -Djava.io.tmpdir=" + temporary + " " + more).strip());
    }

    private Path log(int start) {
        return Path.of("target", name + "-" + start + ".log").toAbsolutePath();
    }

    SidecarTestBed testBed() {
        return testBed;
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
        AssembledImage image = new AssembledImage(
                Path.of(System.getProperty("image.runtime")), Path.of(System.getProperty("image.application")));
        List<String> command = new ArrayList<>(limit.prefix());
        command.addAll(image.command(LIMIT_MEGABYTES + "m"));
        SidecarProcess started = testBed.startCommand(directory, command, log(starts++));
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

    /** The resources of the process after a full garbage collection. */
    ProcessResources vitals() throws IOException, InterruptedException {
        var unused = Jcmd.run(sidecar().pid(), "GC.run");
        return ProcessResources.of(sidecar());
    }

    @Override
    public void close() throws IOException {
        end();
        testBed.close();
        api.close();
        limit.close();
    }
}
