package dev.tokensidecar.demo;

import io.vertx.core.json.JsonObject;
import java.util.stream.Collectors;

/** Adds the buttons of the demo, and the counts of its authorization server, to the page of the sidecar. */
final class DemoPanel {

    private static final int MOST_DOTS = 100;

    private DemoPanel() {}

    /**
     * Returns the page with the panel.
     *
     * @param page the page of the sidecar
     * @param stats of the authorization server, as {@link AdminApi} shows them
     */
    static String addTo(String page, JsonObject stats, FiftyCallers.CallerCounts herd) {
        return page.replace("</head>", """
                <link rel="stylesheet" href="demo.css">
                <script src="demo.js" defer></script>
                </head>""").replace("<main>\n", controls(counts(stats, herd)));
    }

    /** @param counts the first element of the part that the script of the page repeats */
    private static String controls(String counts) {
        return """
                <aside class="demo" aria-label="the demo">
                <p><b>Try it</b>
                <button type="button" data-post="demo/callers">50 callers, now</button>
                <button type="button" data-post="demo/admin/revoke-access-tokens">Revoke the token</button>
                <button type="button" data-post="demo/admin/kill-sessions">Kill the session</button>
                <button type="button" data-post="demo/admin/new-session">Log in anew</button></p>
                <p><label for="fault">Break the authorization server</label>
                <select id="fault">%s</select>
                <button type="button" data-post="demo/admin/faults" data-fault>Do it</button>
                <button type="button" data-delete="demo/admin/faults">Clear faults</button>
                <span id="said" role="status"></span></p>
                </aside>
                <main>
                %s""".formatted(faults(), counts);
    }

    private static String faults() {
        return FaultJson.EXAMPLES.stream()
                .map(example -> ((JsonObject) example).encode())
                .map(example -> "<option>" + escaped(example) + "</option>")
                .collect(Collectors.joining());
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    private static String counts(JsonObject stats, FiftyCallers.CallerCounts herd) {
        long all = stats.getLong("token_requests");
        long since = all - herd.tokenRequestsBefore();
        int callers = herd.tokenRequestsBefore() == 0 ? 0 : FiftyCallers.NUMBER;
        long shown = callers == 0 ? 0 : since;
        return """
                <section class="story" aria-label="callers and token requests">
                <p><b>%d callers</b><span class="dots" aria-hidden="true">%s</span>%d answered, %d failed</p>
                <p><b>%d token requests</b><span class="dots requests" aria-hidden="true">%s</span>since they set out; \
                %d since the start, %d of them failed, %d with a used refresh token</p>
                </section>
                """.formatted(
                        callers,
                        dots(callers),
                        herd.answered(),
                        herd.failed(),
                        shown,
                        dots(shown),
                        all,
                        stats.getLong("errors"),
                        stats.getLong("reuse_detections"));
    }

    private static String dots(long number) {
        return "<i></i>".repeat((int) Math.min(number, MOST_DOTS));
    }
}
