package dev.tokensidecar.page;

import dev.tokensidecar.page.PageView.TokenView;
import dev.tokensidecar.token.Cure;
import dev.tokensidecar.token.LoginPrompt;
import dev.tokensidecar.token.TokenStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Renders one token. What comes and goes is in an element that stays, so that the script finds the others in their places. */
final class TokenHtml {

    private static final int MOST_DOTS = 100;

    private TokenHtml() {}

    static Html of(TokenView token, String self, Instant now) {
        TokenStatus status = token.status();
        TokenCondition condition = TokenCondition.of(status);
        return Html.of(
                """
                <section class="token {}" aria-label="token {}">
                <header><h2>{}</h2>
                <p class="state"><span class="sign" aria-hidden="true">{}</span>{}</p>
                {}<p class="note">{}</p></header>
                <div>{}</div>
                <div class="body">
                <div>{}
                <div>{}</div>
                {}</div>
                <dl class="figures">{}</dl>
                </div>
                </section>
                """,
                condition.tone,
                token.name(),
                token.name(),
                condition.sign,
                condition.word,
                role(token, self),
                origin(status),
                problems(status, now),
                LifetimeBar.of(status, now),
                herd(status.waiters()),
                RefreshStrip.of(token.refreshes(), now),
                Html.all(figures(token, now).stream()));
    }

    private static Html role(TokenView token, String self) {
        if (!token.fleet()) {
            return Html.NOTHING;
        }
        FleetRole role = FleetRole.of(token, self);
        return Html.of("<p class=\"role\" title=\"{}\">{}</p>\n", role.meaning, role.label);
    }

    private static String origin(TokenStatus status) {
        if (status.origin() == null) {
            return "";
        }
        return "generation %d, %s"
                .formatted(status.generation(), status.origin().equals(TokenStatus.OWN) ? "own request" : "adopted");
    }

    /** Draws the callers that wait, so that people see: many callers, one refresh. */
    private static Html herd(int waiters) {
        return waiters == 0
                ? Html.NOTHING
                : Html.of(
                        "<p class=\"herd\"><span class=\"dots\" aria-hidden=\"true\">{}</span>{} for one refresh</p>\n",
                        new Html("<i></i>".repeat(Math.min(waiters, MOST_DOTS))),
                        waiters == 1 ? "1 caller waits" : HumanText.count(waiters) + " callers wait");
    }

    private static List<Html> figures(TokenView token, Instant now) {
        TokenStatus status = token.status();
        List<Html> figures = new ArrayList<>();
        figures.add(figure("expires in", status.freshness().usable() ? HumanText.rounded(status.remaining()) : "–"));
        figures.add(figure("callers waiting", HumanText.count(status.waiters())));
        figures.add(figure("callers served", HumanText.count(token.callers())));
        figures.add(figure("token requests", HumanText.count(token.requests())));
        figures.add(fact("refresh token", refreshToken(status)));
        figures.add(fact("next refresh", next(token, now)));
        return figures;
    }

    private static Html figure(String name, String value) {
        return Html.of("<div class=\"figure\"><dt>{}</dt><dd>{}</dd></div>", name, value);
    }

    private static Html fact(String name, Html value) {
        return Html.of("<div class=\"fact\"><dt>{}</dt><dd>{}</dd></div>", name, value);
    }

    private static Html refreshToken(TokenStatus status) {
        TokenStatus.RefreshTokenStatus refreshToken = status.refreshToken();
        if (refreshToken == null) {
            return Html.of("none");
        }
        return Html.of(refreshToken.persisted() ? "saved" : "in memory only");
    }

    private static Html next(TokenView token, Instant now) {
        TokenStatus status = token.status();
        if (status.state().equals("refreshing")) {
            return !token.fleet() || status.claimedBy() == null
                    ? Html.of("runs now")
                    : Html.of("runs now, claimed by {}", status.claimedBy());
        }
        Instant next = status.nextRefreshAt() == null ? status.retryAt() : status.nextRefreshAt();
        return next == null ? Html.of("–") : HumanText.ahead(next, now);
    }

    private static Html problems(TokenStatus status, Instant now) {
        List<Html> problems = new ArrayList<>();
        TokenStatus.LastError error = status.lastError();
        if (error != null) {
            LoginPrompt prompt = status.prompt();
            String detail = prompt != null && error.detail().contains(prompt.userCode())
                    ? "somebody has to log in: /status and the log say where"
                    : error.detail();
            problems.add(problem(error.error(), detail, error.cure(), actions(status, now)));
        }
        if (status.storeProblem() != null) {
            problems.add(problem(
                    "store " + status.storeProblem().label(),
                    "the sidecar cannot use the store of the refresh token",
                    status.storeProblem().cure(),
                    Html.NOTHING));
        } else if (status.refreshToken() != null && !status.refreshToken().persisted()) {
            problems.add(problem(
                    "not persisted",
                    "the newest refresh token is in memory only, a restart will present an outdated one",
                    Cure.STORE_FILE.text(),
                    Html.NOTHING));
        }
        return Html.all(problems.stream());
    }

    private static Html problem(String word, String detail, String cure, Html actions) {
        return Html.of("""
                <div class="problem">
                <p><b>{}</b> {}</p>
                <p class="cure"><span>What to do</span> {}</p>
                {}</div>
                """, word, detail, cure, actions);
    }

    private static Html actions(TokenStatus status, Instant now) {
        Html retry = status.retryAt() == null
                ? Html.NOTHING
                : Html.of("The sidecar tries again at {}. ", HumanText.ahead(status.retryAt(), now));
        Html look = status.nextLookAt() == null
                ? Html.NOTHING
                : Html.of("It looks for another refresh token at {}.", HumanText.ahead(status.nextLookAt(), now));
        return Html.of("<p class=\"next\">{}{}</p>\n", retry, look);
    }
}
