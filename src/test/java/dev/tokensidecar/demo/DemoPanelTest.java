package dev.tokensidecar.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

/** The buttons of the demo on the page of the sidecar. */
class DemoPanelTest {

    private static final String PAGE = """
            <!DOCTYPE html>
            <html lang="en"><head><title>t</title></head>
            <body>
            <main>
            <p>tokens</p>
            </main>
            </body></html>
            """;

    private static final FiftyCallers.CallerCounts NO_HERD = new FiftyCallers.CallerCounts(0, 0, 0, null);

    private static String page(long tokenRequests, FiftyCallers.CallerCounts herd) {
        return page(PAGE, tokenRequests, herd);
    }

    private static String page(String page, long tokenRequests, FiftyCallers.CallerCounts herd) {
        JsonObject stats = new JsonObject()
                .put("token_requests", tokenRequests)
                .put("errors", 2)
                .put("reuse_detections", 0);
        return DemoPanel.addTo(page, stats, herd);
    }

    private static String text(String html) {
        return html.replaceAll("<[^>]*>", " ").replaceAll("\\s+", " ");
    }

    @Test
    void thePageKeepsItsContentAndGetsButtons() {
        assertThat(page(3, NO_HERD))
                .contains("<p>tokens</p>", "href=\"demo.css\"", "src=\"demo.js\"")
                .contains("50 callers, now", "Revoke the token", "Kill the session", "Log in anew", "Clear faults")
                .contains(
                        "<option value=\"{&quot;fault&quot;:&quot;hang&quot;}\">no response</option>",
                        ">an HTML page (status 503, retry after 7, times 3)<",
                        ">a TCP reset (after processing)<")
                .doesNotContainPattern("(?i)\\sstyle=|\\son[a-z]+=|<style");
    }

    @Test
    void fiftyCallersStandBesideOneTokenRequest() {
        String html = page(8, new FiftyCallers.CallerCounts(48, 1, 7, null));

        assertThat(text(html))
                .contains("50 callers 48 answered, 1 failed 1 token request from when they set out", "has got 8 from");
        assertThat(html.split("<i></i>", -1)).hasSize(52);
    }

    /** What comes later is not because of these callers. */
    @Test
    void theComparisonEndsWithTheLastCaller() {
        assertThat(text(page(12, new FiftyCallers.CallerCounts(50, 0, 7, 9L))))
                .contains("2 token requests from when they set out", "has got 12 from");
    }

    @Test
    void theButtonThatRevivesADeadSessionIsNamed() {
        String dead = PAGE.replace("<p>tokens</p>", "<p class=\"state\"><span>x</span>dead</p>");

        assertThat(text(page(dead, 3, NO_HERD))).contains("Press the button “Log in anew”");
        assertThat(text(page(3, NO_HERD))).doesNotContain("Press the button");
    }

    @Test
    void beforeTheFirstHerdThereIsNothingToCompare() {
        assertThat(page(3, NO_HERD)).contains("<b>0 callers</b>").doesNotContain("<i></i>");
    }
}
