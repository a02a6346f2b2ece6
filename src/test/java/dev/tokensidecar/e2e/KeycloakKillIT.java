package dev.tokensidecar.e2e;

import dev.tokensidecar.kill.KillLoop;
import dev.tokensidecar.testing.keycloak.KeycloakServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Crashes with a real Keycloak. {@code -Dkills=N} sets their number; half as many without reuse of refresh tokens. */
@ExtendWith(SharedKeycloak.class)
class KeycloakKillIT {

    private static final int KILLS = Integer.getInteger("kills", 8);

    private final KeycloakTestBed testBed;

    KeycloakKillIT(KeycloakServer keycloak, @TempDir Path directory, TestInfo test) throws IOException {
        testBed = new KeycloakTestBed(keycloak, directory, test);
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    @Test
    void withOneReuseNoCrashEndsTheSession() throws Exception {
        kill(1, KILLS);
    }

    @Test
    void withoutReuseOnlyCrashesInTheUnavoidableWindowEndTheSession() throws Exception {
        kill(0, KILLS / 2);
    }

    private void kill(int maxReuse, int kills) throws Exception {
        JsonObject settings = new JsonObject().put("accessTokenLifespan", 2).put("refreshTokenMaxReuse", maxReuse);
        JsonObject before = testBed.keycloak().changeRealm(settings);
        try {
            new KillLoop(new KeycloakKillScenario(testBed, maxReuse)).run(kills);
        } finally {
            var unused = testBed.keycloak().changeRealm(before);
        }
    }
}
