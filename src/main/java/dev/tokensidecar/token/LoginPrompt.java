package dev.tokensidecar.token;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a person has to do before the client gets tokens (RFC 8628 section 3.2). Shown to everybody who operates the
 * sidecar.
 *
 * @param verificationUri the page to open
 * @param verificationUriComplete the same page with the code in it; null if the server has none
 * @param userCode the code to enter there
 * @param expiresAt when the code expires and another one replaces it
 */
public record LoginPrompt(
        String verificationUri, @Nullable String verificationUriComplete, String userCode, Instant expiresAt) {}
