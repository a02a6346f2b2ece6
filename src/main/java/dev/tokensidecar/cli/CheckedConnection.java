package dev.tokensidecar.cli;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What asking a server has shown.
 *
 * @param subject what needs the server, such as {@code token default}
 * @param purpose what was asked for, such as {@code discovery}
 * @param address scheme, host and port
 * @param proxy the proxy on the way; null for none
 * @param certificate the subject of the server's certificate; null without TLS, or if the handshake failed
 * @param expiresAt when the first certificate of the server's chain expires; null without a certificate
 * @param clockAhead how far the clock of this host is ahead of the server's; null if the server sent no {@code Date}
 * @param problem why the server cannot be used; null if it can
 */
public record CheckedConnection(
        String subject,
        String purpose,
        String address,
        @Nullable String proxy,
        @Nullable String certificate,
        @Nullable Instant expiresAt,
        @Nullable Duration clockAhead,
        @Nullable String problem) {}
