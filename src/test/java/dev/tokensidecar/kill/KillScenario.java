package dev.tokensidecar.kill;

import dev.tokensidecar.testing.process.SidecarProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** An authorization server with tokens of two seconds, a session at it, and the sidecar that is killed there. */
public interface KillScenario {

    /** What the report calls it. */
    String name();

    /** For how long the server takes the refresh token that it has just replaced once more; zero for not at all. */
    Duration secondChance();

    /** Starts the sidecar; there may be several, one after the other. */
    SidecarProcess start();

    /** The file in which the sidecar keeps its refresh token. */
    Path stored();

    /** Whether the server says that this access token is good. */
    boolean works(String accessToken) throws IOException, InterruptedException;

    /** Lets the server act on the next token request and keeps its answer. */
    void holdAnswers();

    /** Waits until an answer is held. */
    void awaitHeld() throws InterruptedException;

    /** Lets held answers go, and those to come. */
    void release();

    /** Waits until the server has done with what the ended process has sent, and holds nothing back any more. */
    void settle() throws InterruptedException, TimeoutException;

    /** The refresh tokens that the server was shown, in order. */
    List<String> presented();

    /** Logs in anew, puts the refresh token where the sidecar looks for a new one, and tells it. */
    String newSession() throws IOException, InterruptedException;
}
