package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.core.FakeStore;
import dev.tokensidecar.testing.core.Policies;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code /status} says about a failure: why, what to do, and when the sidecar acts next. */
class LastErrorTest {

    private static final Duration LIFETIME = Duration.ofSeconds(300);

    private final Core core = new Core();

    private void failWith(RefreshFailure failure) {
        core.startWithLifetime(LIFETIME);
        core.advance(Duration.ofSeconds(240));
        core.server.fail(failure);
    }

    private static TokenStatus.LastError lastError(Core core) {
        return Objects.requireNonNull(core.service.status().lastError());
    }

    private Instant in(Duration duration) {
        return core.time.now().instant().plus(duration);
    }

    @Test
    void aFailureIsShownWithItsCureUntilTheNextSuccess() {
        failWith(Core.unavailable());

        assertThat(lastError(core))
                .isEqualTo(new TokenStatus.LastError(
                        "http_503",
                        "503 from the token endpoint",
                        Cure.RETRY.text(),
                        core.time.now().instant()));
        core.advance(Duration.ofSeconds(1));
        core.server.grant();
        assertThat(core.service.status().lastError()).isNull();
    }

    @Test
    void aDeadSessionSaysWhenItTriesAndWhenItLooks() {
        failWith(Core.invalidGrant());

        assertThat(lastError(core).cure()).isEqualTo(Cure.LOG_IN.text());
        assertThat(core.service.status().retryAt()).isEqualTo(in(Duration.ofMinutes(5)));
        assertThat(core.service.status().nextLookAt()).isEqualTo(in(Duration.ofSeconds(5)));
        core.advance(Duration.ofSeconds(12));
        assertThat(core.service.status().retryAt()).isEqualTo(in(Duration.ofSeconds(288)));
        assertThat(core.service.status().nextLookAt()).isEqualTo(in(Duration.ofSeconds(3)));
    }

    @Test
    void withoutProbesADeadSessionOnlyLooks() {
        Core patient = new Core(Policies.withProbeInterval(Duration.ZERO), 10);
        patient.startWithLifetime(LIFETIME);
        patient.advance(Duration.ofSeconds(240));
        patient.server.fail(Core.invalidGrant());

        assertThat(patient.state()).isEqualTo("dead");
        assertThat(patient.service.status().retryAt()).isNull();
        assertThat(patient.service.status().nextLookAt()).isNotNull();
    }

    @Test
    void aLivingSessionDoesNotLook() {
        core.startWithLifetime(LIFETIME);

        assertThat(core.service.status().nextLookAt()).isNull();
        assertThat(core.service.status().retryAt()).isNull();
    }

    @Test
    void theStatusSaysWhoObtainedTheToken() {
        Core first = new Core(FakeStore.shared());
        Core second = first.anotherPod();
        assertThat(first.service.status().origin()).isNull();
        first.startWithLifetime(LIFETIME);
        second.service.start();

        assertThat(first.service.status().origin()).isEqualTo("own");
        assertThat(second.service.status().origin()).isEqualTo("adopted");
    }

    @Test
    void theStatusSaysWhenTheTokenWasIssuedAndIsDue() {
        core.startWithLifetime(LIFETIME);
        core.advance(Duration.ofSeconds(10));

        assertThat(core.service.status().issuedAt()).isEqualTo(in(Duration.ofSeconds(-10)));
        assertThat(core.service.status().dueAt()).isEqualTo(in(Duration.ofSeconds(230)));
        assertThat(core.service.status().expiresAt()).isEqualTo(in(Duration.ofSeconds(290)));
    }

    @ParameterizedTest
    @CsvSource({
        "invalid_client, CLIENT",
        "unauthorized_client, GRANT",
        "unsupported_grant_type, GRANT",
        "invalid_scope, SCOPE",
        "no_refresh_token, SEED",
        "client_secret_unreadable, FILE",
        "invalid_target, CONFIGURATION"
    })
    void theCureOfAConfigurationDependsOnTheError(String error, Cure cure) {
        assertThat(new RefreshFailure.Misconfigured(error, "").cure()).isEqualTo(cure.text());
    }

    @ParameterizedTest
    @EnumSource
    void aRefreshThatTheStoreFailsHasTheCureOfTheStore(StoreProblem problem) {
        assertThat(new StoreFailure(problem, "the file").asRefreshFailure().cure())
                .isEqualTo(problem.cure());
    }
}
