package dev.tokensidecar.page;

import dev.tokensidecar.token.TokenStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Draws the lifetime of a token: when it was issued, is due, and ends, and where in between it is now. */
final class LifetimeBar {

    /** A label this far right would reach over the edge. */
    private static final double RIGHTMOST_LABEL = 88;

    private LifetimeBar() {}

    static Html of(TokenStatus status, Instant now) {
        Instant issued = status.issuedAt();
        Instant due = status.dueAt();
        Instant end = status.expiresAt();
        if (issued == null || due == null || end == null) {
            return Html.of("<p class=\"empty\">There is no token yet.</p>");
        }
        double passed = percent(issued, now, end);
        double untilDue = percent(issued, due, end);
        return Html.of(
                """
                <svg class="life" role="img" aria-label="{}">
                <rect class="rest" x="0" y="14" width="100%" height="14" rx="3"/>
                <rect class="window" x="{}%" y="14" width="{}%" height="14" rx="3"/>
                <rect class="passed" x="0" y="14" width="{}%" height="14" rx="3"/>
                <line class="due" x1="{}%" x2="{}%" y1="10" y2="32"/>
                <rect class="now" x="{}%" y="8" width="3" height="26" rx="1.5"/>
                <text x="0" y="46">issued {}</text>
                <text class="mark" x="{}%" y="6" text-anchor="{}">due {}</text>
                <text x="100%" y="46" text-anchor="end">ends {}</text>
                </svg>
                """,
                description(passed, issued, due, end, now),
                number(untilDue),
                number(100 - untilDue),
                number(passed),
                number(untilDue),
                number(untilDue),
                number(Math.min(passed, 99.7)),
                HumanText.time(issued, now),
                number(untilDue),
                untilDue > RIGHTMOST_LABEL ? "end" : "middle",
                HumanText.time(due, now),
                HumanText.time(end, now));
    }

    private static String description(double passed, Instant issued, Instant due, Instant end, Instant now) {
        return "Lifetime of the token: issued %s, due %s, ends %s UTC; %d %% have passed"
                .formatted(
                        HumanText.time(issued, now),
                        HumanText.time(due, now),
                        HumanText.time(end, now),
                        Math.round(passed));
    }

    private static double percent(Instant from, Instant at, Instant to) {
        double whole = Duration.between(from, to).toMillis();
        double part = Duration.between(from, at).toMillis();
        return whole <= 0 ? 100 : Math.clamp(100 * part / whole, 0, 100);
    }

    private static String number(double percent) {
        return String.format(Locale.ROOT, "%.2f", percent);
    }
}
