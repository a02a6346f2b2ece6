package dev.tokensidecar.page;

import dev.tokensidecar.token.TokenStatus;

/** How a token is, in one word. Each has a sign of its own, so that nobody has to tell colours apart. */
enum TokenCondition {
    FRESH("fresh", "good", "●"),
    REFRESHING("refreshing", "busy", "◐"),
    DUE("due", "busy", "◔"),
    FAILING("failing", "warn", "▲"),
    NONE("no token", "bad", "■"),
    DEAD("dead", "bad", "✖"),
    CLOSED("closing", "busy", "○");

    final String word;
    /** The class of the style sheet. */
    final String tone;

    final String sign;

    TokenCondition(String word, String tone, String sign) {
        this.word = word;
        this.tone = tone;
        this.sign = sign;
    }

    static TokenCondition of(TokenStatus status) {
        return switch (status.state()) {
            case "dead" -> DEAD;
            case "closed" -> CLOSED;
            case "refreshing" -> REFRESHING;
            case "backing_off" -> status.freshness().usable() ? FAILING : NONE;
            default ->
                switch (status.freshness()) {
                    case FRESH -> FRESH;
                    case DUE -> DUE;
                    case NONE, EXPIRED -> NONE;
                };
        };
    }
}
