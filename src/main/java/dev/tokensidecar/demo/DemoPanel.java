package dev.tokensidecar.demo;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Adds the buttons of the demo, and the counts of its authorization server, to the page of the sidecar. */
final class DemoPanel {

    private static final int MOST_DOTS = 100;

    /** How the page of the sidecar ends the state of a session that only a login revives. */
    private static final String DEAD = "</span>dead</p>";

    private static final Map<String, String> FAULTS = Map.ofEntries(
            Map.entry("slow", "a late response"),
            Map.entry("hold", "a response after POST /admin/release"),
            Map.entry("hang", "no response"),
            Map.entry("reset", "a TCP reset"),
            Map.entry("status", "an HTML page"),
            Map.entry("error", "an OAuth error"),
            Map.entry("echo", "an OAuth error that repeats the refresh token"),
            Map.entry("empty", "no body"),
            Map.entry("redirect", "a redirect"),
            Map.entry("garbage", "a login page"),
            Map.entry("truncated", "half a response"),
            Map.entry("oversized", "a response of more than 1 MiB"),
            Map.entry("with", "a response with another value of a field"),
            Map.entry("without", "a response without a field"),
            Map.entry("absolute_expiry", "the expiry as a Unix time"),
            Map.entry("same_access_token", "the previous access token once more"));

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
                </head>""").replace("<main>\n", controls(counts(stats, herd, page.contains(DEAD))));
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
                .map(example -> option((JsonObject) example))
                .collect(Collectors.joining());
    }

    private static String option(JsonObject example) {
        String parameters = example.fieldNames().stream()
                .filter(name -> !name.equals("fault"))
                .map(name -> parameter(name, example.getValue(name)))
                .collect(Collectors.joining(", "));
        String words = Objects.requireNonNull(FAULTS.get(example.getString("fault")));
        return "<option value=\"%s\">%s%s</option>"
                .formatted(
                        example.encode().replace("\"", "&quot;"),
                        words,
                        parameters.isEmpty() ? "" : " (" + parameters + ")");
    }

    private static String parameter(String name, Object value) {
        String words = name.replace('_', ' ');
        return value.equals(true) ? words : words + " " + value;
    }

    private static String counts(JsonObject stats, FiftyCallers.CallerCounts herd, boolean dead) {
        long all = stats.getLong("token_requests");
        long since = Objects.requireNonNullElse(herd.tokenRequestsAfter(), all) - herd.tokenRequestsBefore();
        int callers = herd.tokenRequestsBefore() == 0 ? 0 : FiftyCallers.NUMBER;
        long shown = callers == 0 ? 0 : since;
        return """
                <section class="story" aria-label="callers and token requests">
                <p><b>%d callers</b><span class="dots" aria-hidden="true">%s</span>%d answered, %d failed</p>
                <p><b>%s</b><span class="dots requests" aria-hidden="true">%s</span>from when they set out until the last \
                was answered. The authorization server has got %d from all its clients since it started, %d of them failed, \
                %d with a used refresh token</p>
                %s</section>
                """.formatted(
                        callers,
                        dots(callers),
                        herd.answered(),
                        herd.failed(),
                        shown == 1 ? "1 token request" : shown + " token requests",
                        dots(shown),
                        all,
                        stats.getLong("errors"),
                        stats.getLong("reuse_detections"),
                        dead ? "<p>The session has ended. Press the button “Log in anew”.</p>\n" : "");
    }

    private static String dots(long number) {
        return "<i></i>".repeat((int) Math.min(number, MOST_DOTS));
    }
}
