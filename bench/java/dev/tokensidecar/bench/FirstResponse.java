package dev.tokensidecar.bench;

import dev.tokensidecar.testing.http.RawHttp;
import dev.tokensidecar.testing.process.SidecarProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Polls a starting process until it responds. Uses plain sockets, so that polling costs next to nothing. */
final class FirstResponse {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int OK = 200;

    private FirstResponse() {}

    /** Waits until the process responds with 200. */
    static void await(SidecarProcess sidecar, URI uri) throws IOException {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (status(uri) != OK) {
            if (System.nanoTime() > deadline || !isAlive(sidecar)) {
                throw new IOException("no 200 from " + uri + ", log of the sidecar: " + sidecar.log());
            }
            LockSupport.parkNanos(POLL_INTERVAL.toNanos());
        }
    }

    private static boolean isAlive(SidecarProcess sidecar) {
        return ProcessHandle.of(sidecar.pid()).filter(ProcessHandle::isAlive).isPresent();
    }

    /** Returns the status; 0 while nothing listens on the port. */
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
