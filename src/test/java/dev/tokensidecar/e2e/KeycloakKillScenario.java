package dev.tokensidecar.e2e;

import dev.tokensidecar.kill.KillLoop;
import dev.tokensidecar.kill.KillScenario;
import dev.tokensidecar.testing.process.SidecarProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/** Keycloak, by way of a proxy that holds its answers. */
final class KeycloakKillScenario implements KillScenario {

    private static final Pattern REFRESH_TOKEN = Pattern.compile("(?<=^|&)refresh_token=([^&]*)");

    private static final Duration WITHOUT_END = Duration.ofDays(1);

    private final KeycloakTestBed scene;
    private final int maxReuse;

    /**
     * Opens a session.
     *
     * @param maxReuse how often the realm allows a refresh token to be used again ({@code refreshTokenMaxReuse})
     */
    KeycloakKillScenario(KeycloakTestBed scene, int maxReuse) throws IOException, InterruptedException {
        this.scene = scene;
        this.maxReuse = maxReuse;
        KillLoop.SETTINGS.forEach(scene::set);
        var unused = newSession();
    }

    @Override
    public String name() {
        return "Keycloak, refreshTokenMaxReuse " + maxReuse;
    }

    @Override
    public Duration secondChance() {
        return maxReuse > 0 ? WITHOUT_END : Duration.ZERO;
    }

    @Override
    public SidecarProcess start() {
        return scene.start();
    }

    @Override
    public Path stored() {
        return scene.stored();
    }

    @Override
    public boolean works(String accessToken) throws IOException, InterruptedException {
        return scene.keycloak().isActive(accessToken);
    }

    @Override
    public void holdAnswers() {
        scene.proxy().holdAnswers();
    }

    @Override
    public void awaitHeld() throws InterruptedException {
        scene.proxy().awaitHeld();
    }

    @Override
    public void release() {
        scene.proxy().release();
    }

    @Override
    public void settle() throws InterruptedException, TimeoutException {
        release();
        scene.proxy().awaitAnswered();
    }

    @Override
    public List<String> presented() {
        return scene.proxy().posted().stream()
                .flatMap(form -> REFRESH_TOKEN.matcher(form).results())
                .map(field -> field.group(1))
                .toList();
    }

    @Override
    public String newSession() throws IOException, InterruptedException {
        JsonObject session = scene.keycloak().logIn(KeycloakClient.confidential(), "offline_access");
        scene.useSession(session);
        return session.getString("refresh_token");
    }
}
