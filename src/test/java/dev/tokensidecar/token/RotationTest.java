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
    @DisplayName("R20 refresh_token_omitted_keeps_old")
    void anOmittedRefreshTokenKeepsTheOldOne() {
        core.server.rotating(false);
        core.startWithLifetime(Duration.ofSeconds(300));

        refreshOnce();
        refreshOnce();

        assertThat(core.server.presented()).containsExactly("refresh-0", "refresh-0", "refresh-0");
        assertThat(core.store.saved()).isEmpty();
    }

    @Test
    @DisplayName("R21 rotated_rt_used_next")
    void theRotatedRefreshTokenIsPresentedNext() {
        core.startWithLifetime(Duration.ofSeconds(300));

        refreshOnce();
        refreshOnce();

        assertThat(core.server.presented()).containsExactly("refresh-0", "refresh-1", "refresh-2");
        assertThat(core.store.saved()).containsExactly("refresh-1", "refresh-2", "refresh-3");
    }

    @Test
    @DisplayName("R22 rotated_rt_persisted_before_publish")
    void noCallerGetsTheNewTokenBeforeItsRefreshTokenIsSaved() {
        core.store.holding(true);
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
        core.store.holding(true);
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
    @DisplayName("R23 persist_failure_keeps_token_in_memory_and_degrades")
    void aFailedSaveCostsDurabilityOnly() {
        core.store.unwritable(StoreProblem.FULL);
        core.service.start();
        var result = core.ask();
        core.server.grant();

        assertThat(Core.value(result)).isEqualTo("access-1");
        assertThat(refreshToken().persisted()).isFalse();
        assertThat(core.listener.events()).contains("store FULL", "refreshed STARTUP unsaved");

        core.store.unwritable(null);
        core.advance(Duration.ofSeconds(5));
        assertThat(refreshToken().persisted()).isTrue();
        assertThat(core.store.saved()).containsExactly("refresh-1");
        assertThat(core.listener.events()).contains("saved", "store recovered from FULL");
        core.advance(Duration.ofSeconds(235));
        assertThat(core.server.presented()).containsExactly("refresh-0", "refresh-1");
    }

    @Test
    void aStoreInMemoryIsNotPersisted() {
        core.store.volatileOnly();
        core.startWithLifetime(Duration.ofSeconds(300));

        assertThat(refreshToken().persisted()).isFalse();
        core.advance(Duration.ofSeconds(60));
        assertThat(core.store.saved()).containsExactly("refresh-1");
    }

    @Test
    void aSeedThatIsNotRotatedNeedsNoSave() {
        core.server.rotating(false);
        core.startWithLifetime(Duration.ofSeconds(300));

        assertThat(refreshToken().persisted()).isTrue();
    }

    @Test
    @DisplayName("R39 refresh_expires_in_schedules_keepalive")
    void theRefreshTokenIsKeptAliveWithoutCallers() {
        core.server.refreshTokenLife(Duration.ofSeconds(600));
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
        core.server.refreshTokenLife(Duration.ofSeconds(600));
        core.startWithLifetime(Duration.ofHours(1));

        core.time.setWallClock(Duration.ofHours(-1));
        core.advance(Duration.ofSeconds(540));

        assertThat(core.posts()).isEqualTo(2);
    }

    @Test
    @DisplayName("R39 refresh_expires_in zero_means_unknown")
    void aRefreshTokenWithoutLifetimeIsNotKeptAlive() {
        core.server.refreshTokenLife(null);
        core.startWithLifetime(Duration.ofHours(10));

        core.advance(Duration.ofHours(9));

        assertThat(core.posts()).isEqualTo(1);
    }
}
