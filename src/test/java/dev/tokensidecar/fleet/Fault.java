package dev.tokensidecar.fleet;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Something that goes wrong, or that somebody does.
 *
 * @param from when it may happen, from the start of the schedule
 * @param at hits whoever reaches this step next; null to hit the member at once
 * @param length how long it lasts
 * @param loss what becomes of messages that it stops
 */
record Fault(Kind kind, Duration from, @Nullable Step at, int member, Duration length, Loss loss) {

    /** What happens. */
    enum Kind {
        /** The process ends without a word. Another one starts in the same place later. */
        CRASH,
        /** The process ends without a word. One in another place replaces it later. */
        REPLACEMENT,
        /** The process stops, and its clocks go on. */
        PAUSE,
        /** The machine stops, and of its clocks the monotonic one. */
        SUSPENSION,
        /** No message passes between the member and the store. */
        CUT_FROM_STORE,
        /** No message passes between anybody and the store. */
        STORE_OUTAGE,
        /** No message passes between the member and the authorization server. */
        CUT_FROM_SERVER,
        /** The message at that step is lost. */
        LOST_MESSAGE,
        /** The member hears of no change. */
        LOST_CHANGES,
        /** The member hears of changes late. */
        LATE_CHANGES,
        /** Somebody else changes the object, not the record in it. */
        CHANGE_BY_OTHERS,
        /** The authorization server responds 503. With {@link Loss#SILENT} it has processed the request before. */
        UNAVAILABLE,
        /** The authorization server responds 429 with {@code Retry-After}. */
        THROTTLED,
        /** The authorization server responds with garbage. With {@link Loss#SILENT} it has processed the request before. */
        GARBAGE,
        /** The authorization server processes the next request late; with {@link Loss#SILENT} at once, and responds late. */
        SLOW,
        /** A caller reports that an API rejects the access token. */
        REPORT,
        /** The wall clock of the member is set; with {@link Loss#SILENT}, back. */
        CLOCK_STEP,
        /** Somebody ends the session at the authorization server. */
        LOGOUT,
        /** Somebody logs in again and puts a new seed into the store. */
        LOGIN
    }

    /** What becomes of a message that does not pass. */
    enum Loss {
        /** It vanishes, and nobody hears of it. */
        SILENT,
        /** The connection breaks, and the sender hears of it. */
        BROKEN,
        /** It waits until the fault ends. */
        HELD
    }
}
