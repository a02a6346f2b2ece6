package dev.tokensidecar.app;

import io.quarkus.vertx.http.runtime.QuarkusErrorHandler;
import java.util.Arrays;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Keeps queries out of the log. One of them names a token by its hash, and Quarkus quotes the target of a request that
 * ended in a defect, whatever the log level is.
 */
final class RequestTargets {

    /** Held here, since the logging framework may forget a logger and its filter that nobody holds. */
    private static final Logger DEFECTS = Logger.getLogger(QuarkusErrorHandler.class.getName());

    private RequestTargets() {}

    static void keepOutOfTheLog() {
        DEFECTS.setFilter(RequestTargets::withoutQueries);
    }

    private static boolean withoutQueries(LogRecord line) {
        Object[] parameters = line.getParameters();
        if (parameters != null) {
            line.setParameters(
                    Arrays.stream(parameters).map(RequestTargets::withoutQuery).toArray());
        }
        return true;
    }

    private static Object withoutQuery(Object parameter) {
        return parameter instanceof String text && text.indexOf('?') >= 0
                ? text.substring(0, text.indexOf('?'))
                : parameter;
    }
}
