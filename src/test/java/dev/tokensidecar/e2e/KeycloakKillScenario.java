package dev.tokensidecar.e2e;

import dev.tokensidecar.kill.KillLoop;
import dev.tokensidecar.kill.KillScenario;
import dev.tokensidecar.testing.keycloak.KeycloakClient;
import dev.tokensidecar.testing.process.SidecarProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/** Keycloak behind a proxy that holds its responses. */
final class KeycloakKillScenario implements KillScenario {

    private static final Pattern REFRESH_TOKEN = Pattern.compile("(?<=^|&)refresh_token=([^&]*)");

    private static final Duration UNLIMITED = Duration.ofDays(1);

    private final KeycloakTestBed testBed;
    private final int maxReuse;

    /**
     * Opens a session.
     *
     * @param maxReuse how often the realm allows the reuse of a refresh token ({@code refreshTokenMaxReuse})
     */
    KeycloakKillScenario(KeycloakTestBed testBed, int maxReuse) throws IOException, InterruptedException {
        this.testBed = testBed;
        this.maxReuse = maxReuse;
        KillLoop.SETTINGS.forEach(testBed::set);
        var unused = newSession();
    }

    @Override
    public String name() {
        return "Keycloak, refreshTokenMaxReuse " + maxReuse;
    }

    @Override
    public Duration gracePeriod() {
        return maxReuse > 0 ? UNLIMITED : Duration.ZERO;
    }

    @Override
    public SidecarProcess start() {
        return testBed.start();
    }

    @Override
    public Path storeFile() {
        return testBed.storeFile();
    }

    @Override
    public boolean accepts(String accessToken) throws IOException, InterruptedException {
        return testBed.keycloak().isActive(accessToken);
    }

    @Override
    public void holdResponses() {
        testBed.proxy().holdResponses();
    }

    @Override
    public void awaitHeld() throws InterruptedException {
        testBed.proxy().awaitHeld();
    }

    @Override
    public void release() {
        testBed.proxy().release();
    }

    @Override
    public void settle() throws InterruptedException, TimeoutException {
        release();
        testBed.proxy().awaitResponses();
    }

    @Override
    public List<String> presented() {
        return testBed.proxy().posted().stream()
                .flatMap(form -> REFRESH_TOKEN.matcher(form).results())
                .map(field -> field.group(1))
                .toList();
    }

    @Override
    public String newSession() throws IOException, InterruptedException {
        JsonObject session = testBed.keycloak().logIn(KeycloakClient.confidential(), "offline_access");
        testBed.useSession(session);
        return session.getString("refresh_token");
    }
}
