package dev.tokensidecar.page;

import dev.tokensidecar.page.PageView.TokenView;
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
                    "Callers get a token, as long as it is valid. The last refresh failed.");
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
}
