package dev.tokensidecar.e2e;

import dev.tokensidecar.kill.KillLoop;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Crashes at a real Keycloak; {@code -Dkills=N} says how many, and half as many without a second chance. */
@ExtendWith(KeycloakServer.Shared.class)
class KeycloakKillIT {

    private static final int KILLS = Integer.getInteger("kills", 8);

    private final KeycloakTestBed scene;

    KeycloakKillIT(KeycloakServer keycloak, @TempDir Path directory, TestInfo test) throws IOException {
        scene = new KeycloakTestBed(keycloak, directory, test);
    }

    @AfterEach
    void leave() {
        scene.close();
    }

    @Test
    void withASecondChanceNoCrashCostsTheSession() throws Exception {
        kill(1, KILLS);
    }

    @Test
    void withoutOneACrashCostsTheSessionInTheUnavoidableWindowOnly() throws Exception {
        kill(0, KILLS / 2);
    }

    private void kill(int maxReuse, int kills) throws Exception {
        JsonObject settings = new JsonObject().put("accessTokenLifespan", 2).put("refreshTokenMaxReuse", maxReuse);
        JsonObject before = scene.keycloak().changeRealm(settings);
        try {
            new KillLoop(new KeycloakKillScenario(scene, maxReuse)).run(kills);
        } finally {
            var unused = scene.keycloak().changeRealm(before);
        }
    }
}
