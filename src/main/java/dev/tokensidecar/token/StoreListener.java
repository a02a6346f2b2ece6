package dev.tokensidecar.token;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Hears how a store on a server gets on: the port for its metrics. An implementation returns quickly and never blocks or
 * throws. It overrides the methods for the events that it needs.
 */
public interface StoreListener {

    /** Ignores everything. */
    StoreListener NONE = new StoreListener() {};

    /** What the sidecar asks of the server: a label of the call metric. */
    enum Verb {
        /** Read the record. */
        GET,
        /** Write the record. */
        PATCH,
        /** Report changes of the record. */
        WATCH;

        /** The word for metrics: the verb in a Role of Kubernetes. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How a call ended: a label of the call metric. Most words are those of {@link StoreProblem}. */
    enum Result {
        /** The server has done it. A watch ended in its normal course. */
        OK,
        /** Another process had changed the record first. */
        CONFLICT,
        /** The server cannot resume the watch from the version that this process knows. */
        OUTDATED,
        /** See {@link StoreProblem#FORBIDDEN}. */
        FORBIDDEN,
        /** See {@link StoreProblem#MISSING}. */
        MISSING,
        /** See {@link StoreProblem#THROTTLED}. */
        THROTTLED,
        /** See {@link StoreProblem#UNREACHABLE}. */
        UNREACHABLE,
        /** See {@link StoreProblem#SLOW}. */
        SLOW,
        /** The server rejected the call for another reason. */
        REJECTED;

        /** Returns the result of a call that failed. */
        public static Result of(StoreProblem problem) {
            return switch (problem) {
                case FORBIDDEN -> FORBIDDEN;
                case MISSING -> MISSING;
                case THROTTLED -> THROTTLED;
                case UNREACHABLE -> UNREACHABLE;
                case SLOW -> SLOW;
                default -> REJECTED;
            };
        }

        /** The word for metrics. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A call has ended. */
    default void called(Verb verb, Result result) {}

    /** The server reports changes from now on. */
    default void watchOpened() {}

    /** The server has reported a change, or that there was none. */
    default void watchReported() {}

    /**
     * The server reports no changes until the watch opens again, which the store tries by itself.
     *
     * @param problem why; null if the watch ended in its normal course
     */
    default void watchEnded(@Nullable StoreProblem problem) {}
}
