package dev.tokensidecar.testing.quarkus;

import dev.tokensidecar.demo.DemoAuthorizationServer;
import java.nio.file.Path;

/**
 * The authorization server of the application under test, and the files between the two.
 *
 * @param rotated where the sidecar keeps the newest one
 */
public record DemoServer(DemoAuthorizationServer server, Path rotated) {

    /** Requests to the token endpoint so far. */
    public long posts() {
        return server.stats().tokenRequests();
    }
}
