package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.core.FakeStore;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Responses that are failures, and bring a refresh token. */
class SalvagedRefreshTokenTest {

    private final Core core = new Core();

    private static UnusableResponse unusable(String refreshToken) {
        return new UnusableResponse(
                new RefreshFailure.InvalidResponse("a body without an access token"),
                Secret.of(refreshToken),
                null,
                null);
    }

    @Test
    @DisplayName("A refresh token is saved although the access token beside it is useless, and presented next")
    void theRefreshTokenIsSavedAndPresentedNext() {
        core.service.start();
        var waiting = core.ask();
        core.server.reply(unusable("refresh-new"));

        assertThat(core.store.saved()).containsExactly("refresh-new");
        assertThat(Core.failure(waiting)).isInstanceOf(RefreshFailure.InvalidResponse.class);
        assertThat(core.store.record().doubt()).isNull();

        core.advance(Duration.ofSeconds(1));
        assertThat(core.server.presented()).containsExactly("refresh-0", "refresh-new");
        core.server.grant();
        assertThat(Core.value(core.ask())).isEqualTo("access-1");
    }

    @Test
    void theTokenAtHandIsServedMeanwhile() {
        core.startWithLifetime(Duration.ofSeconds(300));
        core.advance(Duration.ofSeconds(240));
        core.server.reply(unusable("refresh-new"));

        assertThat(Core.value(core.ask())).isEqualTo("access-1");
    }

    /** A server that does not rotate, or one that echoes the request. */
    @Test
    void theRefreshTokenThatWasPresentedProvesNothing() {
        core.service.start();
        core.server.reply(unusable("refresh-0"));

        assertThat(core.store.saved()).isEmpty();
        assertThat(core.store.record().doubt()).isNotNull();
        core.advance(Duration.ofSeconds(1));
        assertThat(core.server.presented()).containsExactly("refresh-0", "refresh-0");
    }

    /** The words of the error contradict the token, which is worth a try. */
    @Test
    void aRefreshTokenBesideARejectionIsTried() {
        core.service.start();
        core.server.reply(new UnusableResponse(Core.invalidGrant(), Secret.of("refresh-new"), null, null));
        core.advance(Duration.ofSeconds(5));

        assertThat(core.server.presented()).containsExactly("refresh-0", "refresh-new");
    }

    @Test
    void aFleetPresentsItAfterTheBackOffOfAll() {
        Core first = new Core(FakeStore.shared());
        Core second = first.anotherPod();
        first.service.start();
        first.server.reply(unusable("refresh-new"));
        second.service.start();

        assertThat(first.posts()).isEqualTo(1);
        first.advance(Duration.ofSeconds(1));
        assertThat(first.server.presented()).containsExactly("refresh-0", "refresh-new");
    }
}
