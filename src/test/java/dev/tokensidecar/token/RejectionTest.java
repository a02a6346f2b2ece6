package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Reports of 401 responses: early, late, and far too many. */
class RejectionTest {

    private final Core core = new Core();

    @Test
    @DisplayName("A late report of a replaced token gets the current token without a refresh (R28)")
    void aReportOfAReplacedTokenCostsNothing() {
        core.startWithLifetime(Duration.ofSeconds(300));
        var renewed = core.report("access-1");
        core.server.grant();
        assertThat(Core.value(renewed)).isEqualTo("access-2");

        for (int i = 0; i < 500; i++) {
            assertThat(Core.value(core.report("access-1"))).isEqualTo("access-2");
        }

        assertThat(core.posts()).isEqualTo(2);
        assertThat(core.listener.events().stream().filter("rejection STALE"::equals))
                .hasSize(500);
    }

    @Test
    @DisplayName("Thirty reports of the current token cause one token request, and no reporter gets the rejected token"
            + " back (R29)")
    void manyReportsOfTheCurrentTokenShareOneRequest() {
        core.startWithLifetime(Duration.ofSeconds(300));

        List<UniAssertSubscriber<AccessToken>> results = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            results.add(core.report("access-1"));
        }
        results.forEach(UniAssertSubscriber::assertNotTerminated);
        core.server.grant();

        assertThat(results).allSatisfy(result -> assertThat(Core.value(result)).isEqualTo("access-2"));
        assertThat(core.posts()).isEqualTo(2);
        assertThat(core.listener.events()).contains("rejection RENEWED", "rejection JOINED");
    }

    @Test
    void otherCallersGetTheUsableTokenDuringTheRefreshOfAReport() {
        core.startWithLifetime(Duration.ofSeconds(300));
        core.report("access-1").assertNotTerminated();

        assertThat(Core.value(core.ask())).isEqualTo("access-1");
    }

    @Test
    @DisplayName("A report during a refresh starts no second one (R30)")
    void aReportDuringARefreshStartsNoSecondOne() {
        core.startWithLifetime(Duration.ofSeconds(300));
        core.advance(Duration.ofSeconds(240));
        assertThat(core.posts()).isEqualTo(2);

        var current = core.report("access-1");
        var older = core.report("access-0");
        assertThat(Core.value(older)).isEqualTo("access-1");
        core.server.grant();

        assertThat(Core.value(current)).isEqualTo("access-2");
        assertThat(core.posts()).isEqualTo(2);
    }

    @Test
    @DisplayName("A storm of reports of a new token is damped (R31)")
    void aStormOfReportsIsDamped() {
        core.startWithLifetime(Duration.ofHours(1));
        core.server.respondImmediately();

        for (int second = 0; second < 60; second++) {
            for (int i = 0; i < 167; i++) {
                var unused = core.report("access-" + core.service.status().generation());
            }
            core.advance(Duration.ofSeconds(1));
        }

        assertThat(core.posts()).isLessThanOrEqualTo(3);
        assertThat(core.listener.events().stream().filter("rejection RENEWED"::equals))
                .hasSize(1);
    }

    @Test
    void aRenewedTokenThatIsRejectedAgainIsReportedAsRejectedAgain() {
        core.startWithLifetime(Duration.ofSeconds(300));
        core.server.respondImmediately();
        assertThat(Core.value(core.report("access-1"))).isEqualTo("access-2");
        core.advance(Duration.ofSeconds(20));

        TokenException why = Core.failure(core.report("access-2"));

        assertThat(why).isInstanceOf(TokenException.RejectedAgain.class);
        assertThat(why.retryAfter()).isEqualTo(Duration.ofSeconds(40));
        assertThat(Core.value(core.ask())).isEqualTo("access-2");
        core.advance(Duration.ofSeconds(40));
        assertThat(Core.value(core.report("access-2"))).isEqualTo("access-3");
        assertThat(core.listener.events()).contains("rejection DAMPED");
    }

    @Test
    void aServerThatRepeatsTheRejectedTokenIsDetected() {
        core.server.accessTokenLifetime(Duration.ofSeconds(300));
        core.service.start();
        TokenResponse same = core.server.nextResponse();
        core.server.reply(same);

        var result = core.report("access-1");
        core.server.reply(same);

        assertThat(Core.failure(result)).isInstanceOf(TokenException.RejectedAgain.class);
    }

    @Test
    void aReportWhoseRefreshFailedDoesNotDampTheNextOne() {
        core.startWithLifetime(Duration.ofSeconds(300));
        var first = core.report("access-1");
        core.server.fail(Core.unavailable());
        assertThat(Core.failure(first)).isInstanceOf(RefreshFailure.Unavailable.class);

        core.advance(Duration.ofSeconds(1));
        core.server.grant();

        assertThat(Core.value(core.report("access-1"))).isEqualTo("access-2");
    }

    @Test
    void theReporterDoesNotGetTheRejectedTokenDuringABackOff() {
        core.startWithLifetime(Duration.ofSeconds(300));
        core.report("access-1").assertNotTerminated();
        core.server.fail(Core.retryAfter(Duration.ofSeconds(20), false));

        assertThat(Core.failure(core.report("access-1")).retryAfter()).isEqualTo(Duration.ofSeconds(20));
        assertThat(Core.value(core.ask())).isEqualTo("access-1");
        assertThat(core.listener.events()).contains("rejection REFUSED");
    }

    @Test
    void aReportOfAnExpiredTokenIsAnOrdinaryRequest() {
        core.startWithLifetime(Duration.ofSeconds(300));
        core.server.respondImmediately();
        assertThat(Core.value(core.report("access-1"))).isEqualTo("access-2");
        core.server.accessTokenLifetime(Duration.ofSeconds(10));
        core.time.suspend(Duration.ofSeconds(300));
        assertThat(Core.value(core.ask())).isEqualTo("access-3");
        core.time.suspend(Duration.ofSeconds(10));

        assertThat(Core.value(core.report("access-3"))).isEqualTo("access-4");
    }
}
