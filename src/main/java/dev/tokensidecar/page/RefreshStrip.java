package dev.tokensidecar.page;

import dev.tokensidecar.token.LastRefresh;
import dev.tokensidecar.token.RefreshReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Draws the latest refreshes of a token: a bar for each, and all of them as a table. */
final class RefreshStrip {

    /** The style sheet has a class for each height. */
    private static final int TALLEST = 12;

    /** An adoption takes no time, and has to be seen. */
    private static final int ADOPTED = 3;

    /** A bar is tallest for the timeout of a refresh. */
    private static final double LONGEST_MILLIS = 30_000;

    private RefreshStrip() {}

    static Html of(List<LastRefresh> refreshes, Instant now) {
        if (refreshes.isEmpty()) {
            return Html.of("<p class=\"empty\">No refresh has ended yet.</p>");
        }
        return Html.of(
                """
                <p class="legend" aria-hidden="true">refreshes, the taller the longer: <span class="key sent"></span>own \
                request <span class="key adopted"></span>adopted <span class="key failed"></span>failed</p>
                <ol class="strip" aria-hidden="true">{}</ol>
                <details><summary>{}</summary>
                <div class="scroll"><table>
                <thead><tr><th scope="col">began</th><th scope="col">reason</th><th scope="col">outcome</th>\
                <th scope="col" class="number">took</th></tr></thead>
                <tbody>{}</tbody>
                </table></div></details>
                """,
                Html.all(refreshes.stream().map(it -> bar(it, now))),
                summary(refreshes, now),
                Html.all(refreshes.reversed().stream().map(it -> row(it, now))));
    }

    private static Html summary(List<LastRefresh> refreshes, Instant now) {
        LastRefresh last = refreshes.getLast();
        return Html.of(
                "{} of {}; the last one {} {}: {}",
                count(refreshes.stream().filter(RefreshStrip::failed).count()),
                refreshes.size() == 1 ? "1 refresh" : "the last " + refreshes.size() + " refreshes",
                HumanText.element(last.at(), now),
                words(last.reason()),
                outcome(last));
    }

    private static String words(RefreshReason reason) {
        return switch (reason) {
            case STARTUP -> "at the start";
            case AHEAD_OF_EXPIRY -> "ahead of expiry";
            case EXPIRED -> "after expiry";
            case MIN_TTL -> "for a caller that needs it longer";
            case REJECTED -> "because of a rejected token";
            case KEEP_ALIVE -> "to keep the refresh token alive";
            case PROBE -> "to try whether the session is alive again";
        };
    }

    private static String count(long failed) {
        return failed == 0 ? "No failure" : failed == 1 ? "1 failure" : failed + " failures";
    }

    private static String outcome(LastRefresh refresh) {
        return isAdoption(refresh)
                ? refresh.outcome()
                : refresh.outcome() + " after " + HumanText.millis(refresh.duration());
    }

    private static Html bar(LastRefresh refresh, Instant now) {
        return Html.of(
                "<li class=\"{} h{}\" title=\"{} {}: {}\"></li>",
                kind(refresh),
                isAdoption(refresh) ? ADOPTED : height(refresh.duration()),
                HumanText.time(refresh.at(), now),
                words(refresh.reason()),
                outcome(refresh));
    }

    private static Html row(LastRefresh refresh, Instant now) {
        return Html.of(
                "<tr><td>{}</td><td>{}</td><td><span class=\"key {}\"></span>{}</td><td class=\"number\">{}</td></tr>",
                HumanText.element(refresh.at(), now),
                words(refresh.reason()),
                kind(refresh),
                refresh.outcome(),
                isAdoption(refresh) ? "–" : HumanText.millis(refresh.duration()));
    }

    private static String kind(LastRefresh refresh) {
        return failed(refresh) ? "failed" : isAdoption(refresh) ? "adopted" : "sent";
    }

    private static boolean isAdoption(LastRefresh refresh) {
        return refresh.outcome().equals(LastRefresh.ADOPTED);
    }

    private static boolean failed(LastRefresh refresh) {
        return !isAdoption(refresh) && !refresh.outcome().equals(LastRefresh.SUCCESS);
    }

    /** A millisecond and half a minute both fit: the scale is logarithmic. */
    private static int height(Duration duration) {
        double share = Math.log1p((double) duration.toMillis()) / Math.log1p(LONGEST_MILLIS);
        return (int) Math.clamp(Math.ceil(TALLEST * share), 1, TALLEST);
    }
}
