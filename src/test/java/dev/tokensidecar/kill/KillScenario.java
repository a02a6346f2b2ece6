package dev.tokensidecar.kill;

import dev.tokensidecar.testing.process.SidecarProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** An authorization server with a token lifetime of two seconds, a session, and the sidecar to kill. */
public interface KillScenario {

    /** Returns the name in the report. */
    String name();

    /** Returns how long the server accepts a refresh token after its replacement; zero for no grace period. */
    Duration gracePeriod();

    /** Starts a sidecar. There can be several, one after the other. */
    SidecarProcess start();

    /** Returns the store file of the sidecar. */
    Path storeFile();

    /** Returns whether the server accepts this access token. */
    boolean accepts(String accessToken) throws IOException, InterruptedException;

    /** Lets the server process the next token request and holds its response. */
    void holdResponses();

    /** Waits until a response is held. */
    void awaitHeld() throws InterruptedException;

    /** Releases held responses, and does not hold further ones. */
    void release();

    /** Waits until the server has processed what the killed process sent, and holds nothing any more. */
    void settle() throws InterruptedException, TimeoutException;

    /** Returns the refresh tokens that the server received, in order. */
    List<String> presented();

    /** Logs in, writes the new refresh token to the seed file, and returns it. */
    String newSession() throws IOException, InterruptedException;
}
