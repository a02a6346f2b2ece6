package dev.tokensidecar.page;

import dev.tokensidecar.page.PageView.TokenView;
import dev.tokensidecar.token.LastRefresh;
import dev.tokensidecar.token.RefreshReason;
import java.util.List;

/**
 * What callers notice, in one sentence.
 *
 * @param tone the class of the style sheet
 * @param sign says the same as the tone
 */
record PageVerdict(String tone, String sign, String text) {

    static PageVerdict of(List<TokenView> tokens) {
        long missing = tokens.stream()
                .filter(token -> !token.status().freshness().usable())
                .count();
        long failing = tokens.stream()
                .filter(token -> token.status().lastError() != null)
                .count();
        long refreshing = tokens.stream()
                .filter(token -> token.status().state().equals("refreshing"))
                .count();
        if (missing > 0 && refreshing >= missing && failing == 0) {
            return new PageVerdict("busy", TokenCondition.REFRESHING.sign, "Callers wait for a refresh that runs now.");
        }
        if (missing > 0) {
            return new PageVerdict(
                    "bad",
                    TokenCondition.DEAD.sign,
                    tokens.size() == 1
                            ? "Callers get no token."
                            : "Callers get no token for %d of %d names.".formatted(missing, tokens.size()));
        }
        if (failing > 0) {
            return new PageVerdict(
                    "warn",
                    TokenCondition.FAILING.sign,
                    tokens.stream().anyMatch(PageVerdict::isRejected)
                            ? "The last refresh failed. Callers who reported a rejected token wait or get an error, all others"
                                    + " get that token, as long as it is valid."
                            : "Callers get a token, as long as it is valid. The last refresh failed.");
        }
        return new PageVerdict(
                "good",
                TokenCondition.FRESH.sign,
                tokens.isEmpty()
                        ? "No token is configured."
                        : tokens.size() == 1
                                ? "Callers get a token."
                                : "Callers get all %d tokens.".formatted(tokens.size()));
    }

    /** Whether an API has rejected the token, and the sidecar could not replace it. */
    private static boolean isRejected(TokenView token) {
        LastRefresh last = token.status().lastRefresh();
        return token.status().lastError() != null && last != null && last.reason() == RefreshReason.REJECTED;
    }
}
