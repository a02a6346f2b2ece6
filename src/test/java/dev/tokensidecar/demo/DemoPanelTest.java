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

    private static String page(long tokenRequests, FiftyCallers.CallerCounts herd) {
        JsonObject stats = new JsonObject()
                .put("token_requests", tokenRequests)
                .put("errors", 2)
                .put("reuse_detections", 0);
        return DemoPanel.addTo(PAGE, stats, herd);
    }

    private static String text(String html) {
        return html.replaceAll("<[^>]*>", " ").replaceAll("\\s+", " ");
    }

    @Test
    void thePageKeepsItsContentAndGetsButtons() {
        assertThat(page(3, new FiftyCallers.CallerCounts(0, 0, 0)))
                .contains("<p>tokens</p>", "href=\"demo.css\"", "src=\"demo.js\"")
                .contains("50 callers, now", "Revoke the token", "Kill the session", "Log in anew", "Clear faults")
                .contains("<option>{\"fault\":\"hang\"}</option>")
                .doesNotContainPattern("(?i)\\sstyle=|\\son[a-z]+=|<style");
    }

    @Test
    void fiftyCallersStandBesideOneTokenRequest() {
        String html = page(8, new FiftyCallers.CallerCounts(49, 1, 7));

        assertThat(text(html))
                .contains("50 callers 49 answered, 1 failed 1 token requests since they set out; 8 since");
        assertThat(html.split("<i></i>", -1)).hasSize(52);
    }

    @Test
    void beforeTheFirstHerdThereIsNothingToCompare() {
        assertThat(page(3, new FiftyCallers.CallerCounts(0, 0, 0)))
                .contains("<b>0 callers</b>")
                .doesNotContain("<i></i>");
    }
}
