package dev.tokensidecar.api;

import org.jspecify.annotations.Nullable;

/** The two media types in which the sidecar serves a token. */
enum TokenMediaType {
    JSON("application/json;charset=UTF-8"),
    TEXT("text/plain;charset=UTF-8");

    final String contentType;

    TokenMediaType(String contentType) {
        this.contentType = contentType;
    }

    /**
     * Recognizes the values of {@code Accept} that most callers send.
     *
     * @return null for all other values, which need the rules of RFC 9110 section 12.5.1
     */
    static @Nullable TokenMediaType acceptedBy(@Nullable String accept) {
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
