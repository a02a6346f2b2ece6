package dev.tokensidecar.app;

import io.quarkus.vertx.http.runtime.QuarkusErrorHandler;
import java.util.Arrays;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Keeps query strings out of the log. A query can name a token by its hash, and Quarkus logs the target of a request that
 * failed because of a defect, at every log level.
 */
final class RequestTargets {

    /** A strong reference: the logging framework may forget an unreferenced logger together with its filter. */
    private static final Logger DEFECTS = Logger.getLogger(QuarkusErrorHandler.class.getName());

    private RequestTargets() {}

    static void removeQueriesFromLog() {
        DEFECTS.setFilter(RequestTargets::removeQueries);
    }

    private static boolean removeQueries(LogRecord line) {
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
