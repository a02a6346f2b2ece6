package dev.tokensidecar.app;

import dev.tokensidecar.ingress.Defects;
import dev.tokensidecar.token.LogValue;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.TokenException;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.VertxException;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import org.jboss.logging.Logger;

/**
 * Receives the failures that Mutiny drops because nobody waits for them any more: a time-out closes a connection, and the
 * request on it fails too. Quarkus would log each of them as an error.
 */
final class LateFailures {

    private static final Logger LOG = Logger.getLogger(LateFailures.class);

    private LateFailures() {}

    static void receive() {
        Infrastructure.setDroppedExceptionHandler(LateFailures::log);
    }

    static void log(Throwable failure) {
        switch (failure) {
            case RefreshFailure late -> tooLate(late);
            case TokenException late -> tooLate(late);
            case IOException late -> tooLate(late);
            case VertxException late -> tooLate(late);
            case CancellationException late -> tooLate(late);
            case TimeoutException late -> tooLate(late);
            default -> Defects.log(failure);
        }
    }

    private static void tooLate(Throwable failure) {
        LOG.debugf(
                "a failure came when nobody waited for it any more type=%s",
                LogValue.of(failure.getClass().getName()));
    }
}
