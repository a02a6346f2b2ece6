package dev.tokensidecar.bench;

import dev.tokensidecar.testing.http.RawHttp;
import dev.tokensidecar.testing.process.SidecarProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Asks a process that is about to start until it answers, by bare sockets, so that the asking costs next to nothing. */
final class FirstResponse {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int OK = 200;

    private FirstResponse() {}

    /** Waits for a 200 of this process. */
    static void await(SidecarProcess sidecar, URI uri) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (status(uri) != OK) {
            if (System.nanoTime() > deadline || !isAlive(sidecar)) {
                throw new IOException("no answer from " + uri + ", the sidecar says " + sidecar.log());
            }
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
    }

    private static boolean isAlive(SidecarProcess sidecar) {
        return ProcessHandle.of(sidecar.pid()).filter(ProcessHandle::isAlive).isPresent();
    }

    /** The status, or 0 while nobody listens. */
    private static int status(URI uri) {
        try (RawHttp http = RawHttp.send(
                uri.getPort(), "GET " + uri.getPath() + " HTTP/1.1", "Host: localhost", "Connection: close")) {
            return http.readUntilClosed().status();
        } catch (UncheckedIOException failed) {
            if (failed.getCause() instanceof ConnectException) {
                return 0;
            }
            throw failed;
        }
    }
}
