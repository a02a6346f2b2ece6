package dev.tokensidecar.testing.quarkus;

import dev.tokensidecar.demo.DemoAuthorizationServer;
import java.nio.file.Path;

/**
 * The authorization server of the application under test, and the store file of the application.
 *
 * @param rotated the store file
 */
public record DemoServer(DemoAuthorizationServer server, Path rotated) {

    /** Returns the number of requests to the token endpoint. */
    public long posts() {
        return server.stats().tokenRequests();
    }
}
