package dev.tokensidecar.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tokensidecar.testing.time.VirtualTime;
import dev.tokensidecar.token.AuthorizationServer;
import dev.tokensidecar.token.LoginPrompt;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.AuthorizationPending;
import dev.tokensidecar.token.RefreshFailure.InvalidGrant;
import dev.tokensidecar.token.RefreshFailure.Unavailable;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.SuccessfulResponse;
import dev.tokensidecar.token.TokenResponse;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A login on another device, in virtual time. */
class DeviceLoginTest {

    private static final TokenResponse TOKENS =
            new TokenResponse(Secret.of("at"), "Bearer", null, null, Secret.of("rt"), null);

    private final VirtualTime time = new VirtualTime();
    private final List<Duration> pauses = new ArrayList<>();
    private final List<String> shown = new ArrayList<>();

    private static AuthorizationPending pending(String code, int seconds) {
        LoginPrompt prompt = new LoginPrompt("https://login.example.com/activate", null, code, Instant.EPOCH);
        return new AuthorizationPending(prompt, Duration.ofSeconds(seconds));
    }

    private SuccessfulResponse logIn(RefreshFailure... failures) throws InterruptedException {
        DeviceLogin login = new DeviceLogin(
                new Failing(List.of(failures)), time, this::pause, prompt -> shown.add(prompt.userCode()));
        return login.run(Duration.ofMinutes(1));
    }

    private void pause(Duration duration) {
        pauses.add(duration);
        time.advance(duration);
    }

    /** Fails so often, and succeeds then. */
    private record Failing(List<RefreshFailure> failures, List<RefreshFailure> rest) implements AuthorizationServer {

        Failing(List<RefreshFailure> failures) {
            this(failures, new ArrayList<>(failures));
        }

        @Override
        public Uni<SuccessfulResponse> refresh(RefreshToken presented) {
            throw new IllegalStateException("there is none");
        }

        @Override
        public Uni<SuccessfulResponse> requestInitialGrant() {
            return rest.isEmpty()
                    ? Uni.createFrom().item(TOKENS)
                    : Uni.createFrom().failure(rest.removeFirst());
        }
    }

    @Test
    void itPollsAtTheIntervalOfTheServerAndShowsEachCodeOnce() throws Exception {
        assertThat(logIn(pending("A", 5), pending("A", 5), pending("A", 10), pending("B", 5)))
                .isEqualTo(TOKENS);

        assertThat(shown).containsExactly("A", "B");
        assertThat(pauses).extracting(Duration::toSeconds).containsExactly(5L, 5L, 10L, 5L);
    }

    @Test
    void anOutageBetweenTwoPollsDoesNotEndIt() throws Exception {
        assertThat(logIn(pending("A", 1), Unavailable.unprocessed("x", "down"))).isEqualTo(TOKENS);

        assertThat(pauses).extracting(Duration::toSeconds).containsExactly(1L, 5L);
    }

    @Test
    void withoutACodeThereIsNothingToWaitFor() {
        assertThatThrownBy(() -> logIn(Unavailable.unprocessed("x", "down"))).isInstanceOf(Unavailable.class);
    }

    @Test
    void aRefusalEndsIt() {
        assertThatThrownBy(() -> logIn(pending("A", 1), new InvalidGrant("access_denied", "no")))
                .isInstanceOf(InvalidGrant.class);
    }

    @Test
    void nobodyWaitsForEver() {
        assertThatThrownBy(() -> logIn(pending("A", 25), pending("A", 25), pending("A", 25)))
                .isInstanceOf(LoginFailure.class)
                .hasMessage("nobody logged in within 1m: try again, with a longer --timeout if need be");
        assertThat(pauses).hasSize(2);
    }
}
