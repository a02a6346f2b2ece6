package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.token.RefreshFailure.AuthorizationPending;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Tokens for a client without a refresh token, or with an invalid one. */
class InitialGrantTest {

    private static final LoginPrompt PROMPT = new LoginPrompt(
            "https://login.example.com/device", null, "WDJB-MJHT", Instant.parse("2026-01-01T00:10:00Z"));

    private final Core core = new Core();

    private void withoutRefreshToken(InitialGrant grant) {
        core.server.initialGrant(grant);
        core.store.contents(SessionRecord.EMPTY);
    }

    private static AuthorizationPending pending(Duration interval) {
        return new AuthorizationPending(PROMPT, interval);
    }

    private static RefreshFailure rejected() {
        return new RefreshFailure.Misconfigured("unauthorized_client", "no refresh tokens for this client");
    }

    @Test
    void aGrantWithoutRefreshTokenPresentsAndSavesNone() {
        withoutRefreshToken(InitialGrant.UNATTENDED);
        core.server.rotate(false);
        core.startWithLifetime(Duration.ofSeconds(300));
        core.advance(Duration.ofSeconds(245));
        core.server.grant();

        assertThat(Core.value(core.ask())).isEqualTo("access-2");
        assertThat(core.server.presented()).containsExactly("", "");
        assertThat(core.service.status().refreshToken()).isNull();
        assertThat(core.store.events()).isEmpty();
    }

    @Test
    void aRefreshTokenOfTheGrantIsUsedAndNeedsNoFile() {
        core.store.notDurable();
        withoutRefreshToken(InitialGrant.UNATTENDED);
        core.startWithLifetime(Duration.ofSeconds(300));
        core.advance(Duration.ofSeconds(245));

        assertThat(core.server.presented()).containsExactly("", "refresh-1");
        assertThat(Objects.requireNonNull(core.service.status().refreshToken()).persisted())
                .isTrue();
    }

    @Test
    void anInvalidRefreshTokenLeadsToANewGrantInTheSameRefresh() {
        withoutRefreshToken(InitialGrant.UNATTENDED);
        core.startWithLifetime(Duration.ofSeconds(300));
        core.advance(Duration.ofSeconds(245));
        var waiting = core.report("access-1");
        core.server.fail(Core.invalidGrant());
        core.server.grant();

        assertThat(Core.value(waiting)).isEqualTo("access-2");
        assertThat(core.server.presented()).containsExactly("", "refresh-1", "");
        assertThat(core.state()).isEqualTo("idle");
    }

    @Test
    void aRefreshTokenThatTheClientMayNotUseLeadsToOneNewGrant() {
        withoutRefreshToken(InitialGrant.UNATTENDED);
        core.startWithLifetime(Duration.ofSeconds(300));
        core.advance(Duration.ofSeconds(245));
        var waiting = core.report("access-1");
        core.server.fail(rejected());
        core.server.fail(rejected());

        assertThat(Core.failure(waiting).code()).isEqualTo("configuration");
        assertThat(core.server.presented()).containsExactly("", "refresh-1", "");
    }

    @Test
    void aRefreshTokenThatMayStillBeValidIsPresentedAgain() {
        withoutRefreshToken(InitialGrant.UNATTENDED);
        core.startWithLifetime(Duration.ofSeconds(300));
        core.advance(Duration.ofSeconds(245));
        core.server.fail(Core.unavailable());
        core.advance(Duration.ofSeconds(1));

        assertThat(core.server.presented()).containsExactly("", "refresh-1", "refresh-1");
    }

    @Test
    void callersGetTheLoginPrompt() {
        withoutRefreshToken(InitialGrant.ATTENDED);
        core.service.start();
        var waiting = core.ask();
        core.server.fail(pending(Duration.ofSeconds(5)));

        assertThat(Core.failure(waiting).code()).isEqualTo("reauthentication_required");
        assertThat(Core.failure(core.ask()).detail()).contains("https://login.example.com/device", "WDJB-MJHT");
        assertThat(core.service.status().prompt()).isEqualTo(PROMPT);
        assertThat(core.posts()).isEqualTo(1);
    }

    /** The next poll sends the same code, so a person can still enter it. */
    @Test
    void thePromptStaysDuringAnOutageUntilItsCodeExpires() {
        withoutRefreshToken(InitialGrant.ATTENDED);
        core.service.start();
        core.server.fail(pending(Duration.ofSeconds(5)));
        core.server.failAlways(Core.unavailable());
        core.advance(Duration.ofMinutes(5));
        assertThat(core.service.status().prompt()).isEqualTo(PROMPT);

        core.advance(Duration.ofMinutes(6));
        assertThat(core.service.status().prompt()).isNull();
    }

    @Test
    void aDeclinedLoginHasNoPrompt() {
        withoutRefreshToken(InitialGrant.ATTENDED);
        core.service.start();
        core.server.fail(pending(Duration.ofSeconds(5)));
        core.advance(Duration.ofSeconds(5));
        core.server.fail(Core.invalidGrant());

        assertThat(core.service.status().prompt()).isNull();
    }

    @Test
    void theServerIsPolledAtItsIntervalAndTheRefreshTokenIsSaved() {
        withoutRefreshToken(InitialGrant.ATTENDED);
        core.service.start();
        core.server.fail(pending(Duration.ofSeconds(5)));
        core.advance(Duration.ofMillis(4900));
        assertThat(core.posts()).isEqualTo(1);
        core.advance(Duration.ofMillis(100));
        core.server.fail(pending(Duration.ofSeconds(10)));
        core.advance(Duration.ofMillis(9900));
        assertThat(core.posts()).isEqualTo(2);
        core.advance(Duration.ofMillis(100));
        core.server.grant();

        assertThat(Core.value(core.ask())).isEqualTo("access-1");
        assertThat(core.store.saved()).containsExactly("refresh-1");
        assertThat(core.service.status().prompt()).isNull();
    }

    /** Otherwise each poll would present it. */
    @Test
    void anInvalidRefreshTokenIsNotPresentedAgainDuringALogin() {
        core.server.initialGrant(InitialGrant.ATTENDED);
        core.service.start();
        core.server.fail(Core.invalidGrant());
        core.server.fail(pending(Duration.ofSeconds(5)));
        core.advance(Duration.ofSeconds(5));
        core.server.fail(pending(Duration.ofSeconds(5)));
        core.advance(Duration.ofSeconds(5));
        core.server.grant();

        assertThat(core.server.presented()).containsExactly("refresh-0", "", "", "");
        assertThat(core.store.saved()).containsExactly("refresh-1");
    }

    @Test
    void failedClientAuthenticationRequestsNoLogin() {
        core.server.initialGrant(InitialGrant.ATTENDED);
        core.service.start();
        core.server.fail(rejected());

        assertThat(Core.failure(core.ask()).code()).isEqualTo("configuration");
        assertThat(core.server.presented()).containsExactly("refresh-0");
    }
}
