package dev.tokensidecar.api;

import org.jspecify.annotations.Nullable;

/** The two forms in which a token is handed out. */
enum TokenMediaType {
    JSON("application/json;charset=UTF-8"),
    TEXT("text/plain;charset=UTF-8");

    final String contentType;

    TokenMediaType(String contentType) {
        this.contentType = contentType;
    }

    /**
     * What most callers accept, without the rules of RFC 9110 section 12.5.1.
     *
     * @return null if it takes those rules to tell
     */
    static @Nullable TokenMediaType wantedBy(@Nullable String accept) {
        if (accept == null) {
            return JSON;
        }
        return switch (accept) {
            case "*/*", "application/json" -> JSON;
            case "text/plain" -> TEXT;
            default -> null;
        };
    }
}
