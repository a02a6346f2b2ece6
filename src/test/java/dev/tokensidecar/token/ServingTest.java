package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Requests while there is a usable token. */
class ServingTest {

    private final Core core = new Core();

    @Test
    @DisplayName("A fresh token is served without a token request (R01)")
    void aFreshTokenIsServedWithoutARequest() {
        core.startWithLifetime(Duration.ofSeconds(300));

        assertThat(Core.value(core.ask())).isEqualTo("access-1");
        assertThat(Core.value(core.ask())).isEqualTo("access-1");
        assertThat(core.posts()).isEqualTo(1);
    }

    @Test
    void bothWaysToGetAFreshTokenAreCounted() {
        core.startWithLifetime(Duration.ofSeconds(300));

        AccessToken token = core.service.fresh(CallerListener.NONE);

        assertThat(token).isNotNull().isSameAs(core.ask().getItem());
        assertThat(core.listener.events().stream().filter("served"::equals)).hasSize(2);
    }

    @Test
    void aDueTokenIsNotServedOnTheFastPath() {
        core.startWithLifetime(Duration.ofSeconds(300));
        core.time.suspend(Duration.ofSeconds(241));

        assertThat(core.service.fresh(CallerListener.NONE)).isNull();
        assertThat(core.listener.events()).doesNotContain("served");
    }

    @Test
    @DisplayName("A due token is served immediately while one refresh runs in the background (R02)")
    void aDueTokenIsServedWhileOneRefreshRuns() {
        core.startWithLifetime(Duration.ofSeconds(300));
        core.time.suspend(Duration.ofSeconds(241)); // due, but no timer has fired

        core.ask(100).forEach(result -> assertThat(Core.value(result)).isEqualTo("access-1"));
        assertThat(core.posts()).isEqualTo(2);

        core.server.grant();
        assertThat(Core.value(core.ask())).isEqualTo("access-2");
        assertThat(core.posts()).isEqualTo(2);
    }

    @Test
    void theTimerRenewsAheadOfExpiryWithoutAnyCaller() {
        core.startWithLifetime(Duration.ofSeconds(300));

        core.advance(Duration.ofSeconds(239));
        assertThat(core.posts()).isEqualTo(1);

        core.advance(Duration.ofSeconds(1));
        assertThat(core.posts()).isEqualTo(2);
        assertThat(core.listener.events()).contains("refreshed STARTUP");
    }

    @Test
    @DisplayName("A failed refresh ahead of expiry is invisible to callers while the token is usable (R12)")
    void aFailedRefreshAheadIsNotSeenByCallers() {
        core.startWithLifetime(Duration.ofSeconds(300));
        core.server.failAlways(Core.unavailable());

        core.advance(Duration.ofSeconds(245));

        assertThat(core.posts()).isGreaterThan(1);
        assertThat(Core.value(core.ask())).isEqualTo("access-1");
        assertThat(core.service.status().failuresInARow()).isPositive();
        assertThat(core.state()).isEqualTo("backing_off");
        assertThat(core.listener.events()).contains("failed AHEAD_OF_EXPIRY http_503 still usable");
    }

    @Test
    void anExpiredTokenIsNeverServed() {
        core.startWithLifetime(Duration.ofSeconds(300));
        core.server.failAlways(Core.unavailable());
        core.advance(Duration.ofSeconds(289));
        assertThat(Core.value(core.ask())).isEqualTo("access-1");

        core.advance(Duration.ofSeconds(2));

        assertThat(Core.failure(core.ask())).isInstanceOf(RefreshFailure.Unavailable.class);
    }

    @Test
    void aLongerLifetimeIsFetchedOncePerGeneration() {
        core.startWithLifetime(Duration.ofSeconds(300));
        core.advance(Duration.ofSeconds(100));

        var result = core.askMinTtl(Duration.ofSeconds(250));
        core.server.grant();

        assertThat(Core.value(result)).isEqualTo("access-2");
        assertThat(Core.value(core.askMinTtl(Duration.ofSeconds(250)))).isEqualTo("access-2");
        assertThat(core.posts()).isEqualTo(2);
        assertThat(core.listener.events()).contains("refreshed MIN_TTL");
    }

    @Test
    void aMinTtlThatNoTokenCanMeetGetsTheFreshestToken() {
        core.startWithLifetime(Duration.ofSeconds(30));
        core.advance(Duration.ofSeconds(6));
        var first = core.askMinTtl(Duration.ofSeconds(60));
        core.server.grant();
        assertThat(Core.value(first)).isEqualTo("access-2");

        core.advance(Duration.ofSeconds(10));
        for (int i = 0; i < 1000; i++) {
            assertThat(Core.value(core.askMinTtl(Duration.ofSeconds(60)))).isEqualTo("access-2");
        }

        assertThat(core.posts()).isEqualTo(2);
    }

    @Test
    void aMinTtlThatCannotBeMetGetsTheCurrentToken() {
        core.startWithLifetime(Duration.ofSeconds(300));
        core.advance(Duration.ofSeconds(100));
        core.server.failAlways(Core.unavailable());

        assertThat(Core.value(core.askMinTtl(Duration.ofSeconds(250)))).isEqualTo("access-1");
        assertThat(Core.value(core.askMinTtl(Duration.ofSeconds(250)))).isEqualTo("access-1");
    }

    @Test
    void aMinTtlWhoseWaitEndsGetsTheCurrentToken() {
        core.startWithLifetime(Duration.ofSeconds(300));
        core.advance(Duration.ofSeconds(100));

        var result = core.askMinTtl(Duration.ofSeconds(250));
        core.advance(Core.WAIT);

        assertThat(Core.value(result)).isEqualTo("access-1");
    }

    @Test
    void aServerThatRepeatsItsTokenMakesNoNewGeneration() {
        core.server.accessTokenLifetime(Duration.ofSeconds(300));
        core.service.start();
        TokenResponse same = core.server.nextResponse();
        core.server.reply(same);
        core.advance(Duration.ofSeconds(240));

        core.server.reply(same);

        assertThat(core.service.status().generation()).isEqualTo(1);
        assertThat(core.service.status().remaining()).isEqualTo(Duration.ofSeconds(300));
    }
}
