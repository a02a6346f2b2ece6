package dev.tokensidecar.app;

import dev.tokensidecar.config.ForwardSettings;
import dev.tokensidecar.config.SidecarSettings;
import dev.tokensidecar.token.LogValue;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/** Warns at the start about ways around sockets that have some of the tokens only. */
final class SocketWarnings {

    private static final Logger LOG = Logger.getLogger(SocketWarnings.class);

    private SocketWarnings() {}

    /** A caller secret may tell callers apart everywhere else, so it silences both warnings. */
    static void log(SidecarSettings settings) {
        List<String> restricted = settings.sockets().entrySet().stream()
                .filter(socket -> !socket.getValue()
                        .tokens()
                        .containsAll(settings.tokens().keySet()))
                .map(Map.Entry::getKey)
                .toList();
        if (restricted.isEmpty() || settings.guard().callerSecretFile() != null) {
            return;
        }
        if (settings.guard().tcpEnabled()) {
            LOG.warnf(
                    "every token of these sockets is also served over TCP sockets=%s"
                            + " cure=\"set sidecar.guard.tcp-enabled=false, or sidecar.guard.caller-secret-file\"",
                    LogValue.of(String.join(",", restricted)));
        }
        settings.forwards().forEach((name, forward) -> {
            if (forward.subject() == ForwardSettings.Subject.APPLICATION) {
                LOG.warnf(
                        "a route gives this token to the whole pod forward=%s token=%s"
                                + " cure=\"remove the route, or set sidecar.guard.caller-secret-file\"",
                        LogValue.of(name), LogValue.of(forward.token()));
            }
        });
    }
}
