package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Rotation and saving of refresh tokens. */
class RotationTest {

    private final Core core = new Core();

    private TokenStatus.RefreshTokenStatus refreshToken() {
        return Objects.requireNonNull(core.service.status().refreshToken());
    }

    private void refreshOnce() {
        core.advance(Duration.ofSeconds(240));
        core.server.grant();
    }

    @Test
    @DisplayName("A response without a refresh token, or with an empty one, leaves the old one in force (R20)")
    void anOmittedRefreshTokenKeepsTheOldOne() {
        core.server.rotate(false);
        core.startWithLifetime(Duration.ofSeconds(300));

        refreshOnce();
        refreshOnce();

        assertThat(core.server.presented()).containsExactly("refresh-0", "refresh-0", "refresh-0");
        assertThat(core.store.saved()).isEmpty();
    }

    @Test
    @DisplayName("The next refresh presents the rotated refresh token (R21)")
    void theRotatedRefreshTokenIsPresentedNext() {
        core.startWithLifetime(Duration.ofSeconds(300));

        refreshOnce();
        refreshOnce();

        assertThat(core.server.presented()).containsExactly("refresh-0", "refresh-1", "refresh-2");
        assertThat(core.store.saved()).containsExactly("refresh-1", "refresh-2", "refresh-3");
    }

    @Test
    @DisplayName("The sidecar saves a rotated refresh token before any caller gets the new access token (R22)")
    void noCallerGetsTheNewTokenBeforeItsRefreshTokenIsSaved() {
        core.store.holdAcknowledgements(true);
        core.service.start();
        var result = core.ask();
        core.server.grant();

        assertThat(core.store.saved()).containsExactly("refresh-1");
        result.assertNotTerminated();
        assertThat(core.service.status().generation()).isZero();

        core.store.acknowledge();
        assertThat(Core.value(result)).isEqualTo("access-1");
    }

    @Test
    void aSaveThatHangsDelaysCallersByTheSaveTimeoutOnly() {
        core.store.holdAcknowledgements(true);
        core.service.start();
        var result = core.ask();
        core.server.grant();

        core.advance(Duration.ofSeconds(2));

        assertThat(Core.value(result)).isEqualTo("access-1");
        assertThat(core.service.status().refreshToken())
                .isNotNull()
                .satisfies(it -> assertThat(it.persisted()).isFalse());
    }

    @Test
    @DisplayName("A failed save keeps the refresh token in memory; the sidecar reports it and retries (R23)")
    void aFailedSaveCostsDurabilityOnly() {
        core.store.failWrites(StoreProblem.FULL);
        core.service.start();
        var result = core.ask();
        core.server.grant();

        assertThat(Core.value(result)).isEqualTo("access-1");
        assertThat(refreshToken().persisted()).isFalse();
        assertThat(core.listener.events()).contains("store FULL", "refreshed STARTUP unsaved");

        core.store.failWrites(null);
        core.advance(Duration.ofSeconds(5));
        assertThat(refreshToken().persisted()).isTrue();
        assertThat(core.store.saved()).containsExactly("refresh-1");
        assertThat(core.listener.events()).contains("saved", "store recovered from FULL");
        core.advance(Duration.ofSeconds(235));
        assertThat(core.server.presented()).containsExactly("refresh-0", "refresh-1");
    }

    @Test
    void aStoreInMemoryIsNotPersisted() {
        core.store.notDurable();
        core.startWithLifetime(Duration.ofSeconds(300));

        assertThat(refreshToken().persisted()).isFalse();
        core.advance(Duration.ofSeconds(60));
        assertThat(core.store.saved()).containsExactly("refresh-1");
    }

    @Test
    void aSeedThatIsNotRotatedNeedsNoSave() {
        core.server.rotate(false);
        core.startWithLifetime(Duration.ofSeconds(300));

        assertThat(refreshToken().persisted()).isTrue();
    }

    @Test
    @DisplayName("The sidecar uses a refresh token before it would expire unused; a lifetime of zero means unknown:"
            + " without callers (R39)")
    void theRefreshTokenIsKeptAliveWithoutCallers() {
        core.server.refreshTokenLifetime(Duration.ofSeconds(600));
        core.startWithLifetime(Duration.ofHours(1));

        core.advance(Duration.ofSeconds(539));
        assertThat(core.posts()).isEqualTo(1);
        core.advance(Duration.ofSeconds(1));
        assertThat(core.posts()).isEqualTo(2);
        core.server.grant();

        assertThat(core.listener.events()).contains("refreshed KEEP_ALIVE");
        assertThat(refreshToken().expiresAt())
                .isEqualTo(core.time.now().instant().plusSeconds(600));
    }

    @Test
    void aClockSetBackDoesNotLetTheRefreshTokenExpire() {
        core.server.refreshTokenLifetime(Duration.ofSeconds(600));
        core.startWithLifetime(Duration.ofHours(1));

        core.time.setWallClock(Duration.ofHours(-1));
        core.advance(Duration.ofSeconds(540));

        assertThat(core.posts()).isEqualTo(2);
    }

    @Test
    @DisplayName("The sidecar uses a refresh token before it would expire unused; a lifetime of zero means unknown:"
            + " unknown (R39)")
    void aRefreshTokenWithoutLifetimeIsNotKeptAlive() {
        core.server.refreshTokenLifetime(null);
        core.startWithLifetime(Duration.ofHours(10));

        core.advance(Duration.ofHours(9));

        assertThat(core.posts()).isEqualTo(1);
    }
}
