package dev.tokensidecar.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.crypto.Sha256;
import dev.tokensidecar.token.Cure;
import dev.tokensidecar.token.LoginPrompt;
import dev.tokensidecar.token.RefreshFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the page says in each state, and what it never says. */
class PageHtmlTest {

    private static final String HOSTILE = "</p><script>alert('1')</script>\"&{}";

    static Stream<Supplier<PageScene>> scenes() {
        return Stream.of(
                PageScene::healthy, PageScene::herd, PageScene::serverDown, PageScene::dead, PageScene::follower);
    }

    private static String html(PageScene scene) {
        return PageHtml.of(scene.view());
    }

    /** Returns the text that people see, on one line. */
    private static String text(PageScene scene) {
        return html(scene).replaceAll("<[^>]*>", " ").replaceAll("\\s+", " ");
    }

    @Test
    void aHealthyTokenHasItsLifetimeAndItsNextRefresh() {
        assertThat(text(PageScene.healthy()))
                .contains("Callers get a token.", "fresh", "own request", "expires in 3 min 19 s")
                .contains("(in 2 min 19 s)", "No failure of the last 23 refreshes", "callers waiting 0")
                .contains("ahead of expiry: success after")
                .doesNotContain("What to do", "ahead_of_expiry", "fleet:");
    }

    @Test
    void aHerdIsManyCallersAndOneRefresh() {
        assertThat(text(PageScene.herd()))
                .contains("Callers wait for a refresh that runs now.", "50 callers wait for one refresh", "runs now")
                .doesNotContain("claimed by");
    }

    @Test
    void aServerThatIsDownIsAWarningWhileTheTokenIsValid() {
        assertThat(text(PageScene.serverDown()))
                .contains("Callers get a token, as long as it is valid.", "failing", "http_503")
                .contains("the authorization server answered 503", "What to do " + Cure.RETRY.text())
                .contains("The sidecar tries again at");
    }

    /** The API rejects the token that is still valid, so not everybody gets one that helps. */
    @Test
    void aRejectedTokenThatCannotBeReplacedIsNoGoodNews() {
        assertThat(text(PageScene.rejected()))
                .contains("Callers who reported a rejected token wait or get an error", "because of a rejected token: ")
                .doesNotContain("Callers get a token, as long as");
    }

    @Test
    void aDeadSessionSaysWhatToDoAndWhenTheSidecarLooks() {
        assertThat(text(PageScene.dead()))
                .contains("Callers get no token.", "dead", "invalid_grant", "What to do " + Cure.LOG_IN.text())
                .contains("The sidecar tries again at", "It looks for another refresh token at");
    }

    @Test
    void aFollowerShowsThatItAdopted() {
        assertThat(text(PageScene.follower())).contains("fleet: follower", ", adopted", "Callers get a token.");
    }

    @Test
    void aRouteShowsItsRepeatedRequests() {
        assertThat(text(PageScene.healthy())).contains("401 repeated", "orders 12,043 3 7 0 2");
    }

    @ParameterizedTest
    @MethodSource("scenes")
    void noTokenAndNoHashIsOnThePage(Supplier<PageScene> scene) {
        String html = html(scene.get());

        assertThat(html).doesNotContain("access-", "refresh-0", "refresh-1", "refresh-2");
        for (int i = 0; i < 60; i++) {
            assertThat(html).doesNotContain(Sha256.hex("access-" + i), Sha256.hex("refresh-" + i));
        }
    }

    @Test
    void aUserCodeIsNotOnThePage() {
        LoginPrompt prompt = new LoginPrompt(
                "https://as.example/device", "https://as.example/device?c=WDJB-MJHT", "WDJB-MJHT", Instant.EPOCH);
        PageScene scene = PageScene.failing(new RefreshFailure.AuthorizationPending(prompt, Duration.ofSeconds(5)));

        assertThat(html(scene)).doesNotContain("WDJB");
        assertThat(text(scene)).contains("authorization_pending", "What to do " + Cure.ENTER_CODE.text());
    }

    @Test
    void aUserCodeInTheTextOfTheServerIsNotOnThePage() {
        LoginPrompt prompt =
                new LoginPrompt("https://as.example/device", null, "WDJB-MJHT", Instant.parse("2100-01-01T00:00:00Z"));

        assertThat(html(PageScene.outageDuringLogin(prompt, "WDJB-MJHT is at the database")))
                .contains("somebody has to log in")
                .doesNotContain("WDJB");
        assertThat(html(PageScene.outageDuringLogin(prompt, "the database is down")))
                .contains("the database is down");
    }

    /** Whatever a server says is text. */
    @Test
    void textCannotBecomeMarkup() {
        PageScene scene = PageScene.failing(new RefreshFailure.Misconfigured(HOSTILE, HOSTILE));

        assertThat(html(scene))
                .contains("&lt;/p&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&amp;{}")
                .doesNotContain("<script>", "alert('1')");
    }

    /** The policy of the page forbids scripts and styles in the markup, so there are none that would be missing. */
    @ParameterizedTest
    @MethodSource("scenes")
    void thePageNeedsNothingThatItsPolicyForbids(Supplier<PageScene> scene) {
        assertThat(html(scene.get()))
                .doesNotContainPattern("(?i)\\sstyle=|\\son[a-z]+=|<style|javascript:|https?://")
                .containsOnlyOnce("<script");
    }

    @Test
    void aSidecarWithoutTokensHasAPageToo() {
        PageView empty = new PageView(Instant.EPOCH, "pod", "1", List.of(), List.of());

        assertThat(PageHtml.of(empty)).contains("No token is configured.");
    }
}
