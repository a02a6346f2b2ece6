package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.core.FakeProofKey;
import dev.tokensidecar.testing.core.FakeStore;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tokens that are bound to a key (RFC 9449), on their way to callers, stores and other processes. */
class BoundTokensTest {

    private static final Duration LIFETIME = Duration.ofSeconds(300);
    private static final FakeProofKey ONE = FakeProofKey.named("one");
    private static final FakeProofKey OTHER = FakeProofKey.named("other");

    private static @Nullable BoundKey savedKey(Core core) {
        return Objects.requireNonNull(core.store.record().current()).key();
    }

    private static @Nullable ProofKey keyOf(Core core) {
        return core.ask().assertCompleted().getItem().proofKey();
    }

    @Test
    void theKeyIsKeptWithTheRefreshTokenThatItObtained() {
        Core core = new Core();
        core.server.bindTo(ONE);

        core.startWithLifetime(LIFETIME);

        assertThat(savedKey(core)).isEqualTo(ONE.bound());
        assertThat(keyOf(core)).isEqualTo(ONE);
    }

    @Test
    void aRefreshTokenThatStaysInForceGetsTheKeyOfTheNewestProof() {
        Core core = new Core();
        core.server.rotate(false);
        core.server.bindTo(ONE);
        core.startWithLifetime(LIFETIME);
        assertThat(savedKey(core)).isEqualTo(ONE.bound());

        core.server.bindTo(OTHER);
        core.advance(Duration.ofSeconds(240));
        core.server.grant();

        assertThat(savedKey(core)).isEqualTo(OTHER.bound());
    }

    /** Whoever switches DPoP off by mistake can switch it on again. */
    @Test
    void aRefreshTokenThatStaysInForceKeepsItsKeyWithoutAProof() {
        Core core = new Core();
        core.server.rotate(false);
        core.server.bindTo(ONE);
        core.startWithLifetime(LIFETIME);

        core.server.bindTo(null);
        core.advance(Duration.ofSeconds(240));
        core.server.grant();

        assertThat(savedKey(core)).isEqualTo(ONE.bound());
        assertThat(keyOf(core)).isNull();
    }

    @Test
    void aSalvagedRefreshTokenHasItsKey() {
        Core core = new Core();
        core.service.start();

        core.server.reply(new UnusableResponse(Core.unavailable(), Secret.of("refresh-new"), null, ONE));

        assertThat(savedKey(core)).isEqualTo(ONE.bound());
    }

    @Test
    void aBearerTokenHasNoKeyEvenIfTheRequestHadAProof() {
        Core core = new Core();
        core.service.start();

        core.server.reply(new TokenResponse(
                Secret.of("access-1"),
                "Bearer",
                null,
                LIFETIME,
                null,
                Secret.of("refresh-1"),
                null,
                TokenFields.NONE,
                ONE));

        assertThat(keyOf(core)).isNull();
        assertThat(savedKey(core)).isEqualTo(ONE.bound());
    }

    @Test
    void anotherPodAdoptsABoundTokenWithItsKey() {
        Core first = new Core(FakeStore.shared());
        Core second = first.anotherPod();
        first.server.bindTo(ONE);
        first.startWithLifetime(LIFETIME);

        second.service.start();

        assertThat(keyOf(second)).isEqualTo(ONE);
        assertThat(first.posts()).isEqualTo(1);
    }

    /** As during a rollout that replaces the file with the key. */
    @Test
    void aPodWithoutTheKeyObtainsATokenOfItsOwn() {
        Core first = new Core(FakeStore.shared());
        first.server.bindTo(ONE);
        first.startWithLifetime(LIFETIME);
        first.server.bindTo(OTHER);

        Core second = first.anotherPod();
        second.service.start();
        first.server.grant();

        assertThat(Core.value(second.ask())).isEqualTo("access-2");
        assertThat(keyOf(second)).isEqualTo(OTHER);
        assertThat(first.server.presented()).containsExactly("refresh-0", "refresh-1");
    }
}
