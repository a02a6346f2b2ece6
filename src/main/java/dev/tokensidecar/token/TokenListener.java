package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;

/**
 * Hears what happens to one token: the port for metrics and logs. Called on the paths of callers and flights, so an
 * implementation is quick, never blocks and never throws; it overrides what it wants to hear.
 */
public interface TokenListener {

    /** How a report of a rejected token was taken: a label of the rejection metric. */
    enum Rejection {
        /** The token had been replaced before. */
        STALE,
        /** A refresh was under way already. */
        JOINED,
        /** The report started a refresh. */
        RENEWED,
        /** The storm gate was closed: the token had just been renewed because of a report. */
        DAMPED,
        /** Nothing could be done about it: back-off, or a dead refresh token. */
        REFUSED;

        /** For a report of the current token. */
        static Rejection of(Decision decision) {
            return switch (decision) {
                case Decision.Start start -> RENEWED;
                case Decision.Join join -> JOINED;
                case Decision.Refuse refuse when refuse.why() instanceof TokenException.RejectedAgain -> DAMPED;
                case Decision.Refuse refuse -> REFUSED;
                case Decision.Serve serve -> STALE;
                case Decision.ServeAndRefresh serve -> STALE;
            };
        }
    }

    /** A refresh is about to start. What is returned follows it, and hears nothing if somebody else was faster. */
    default FlightListener flight(RefreshReason reason) {
        return FlightListener.NONE;
    }

    /** A caller got a token without waiting. */
    default void served() {}

    /** A caller got a token after a wait. */
    default void servedAfter(Duration wait) {}

    /** A caller got an error. */
    default void refused(TokenException why, Duration wait) {}

    /** A caller went away before there was an answer. */
    default void cancelled(Duration wait) {}

    /** A caller joined a flight that somebody else had started. */
    default void coalesced() {}

    default void rejectionReported(Rejection outcome) {}

    /** A refresh brought a token. */
    default void refreshed(LastRefresh refresh, AccessToken token, boolean refreshTokenPersisted) {}

    /** A refresh brought none; the next one starts after {@code pause} at the earliest. */
    default void refreshFailed(LastRefresh refresh, RefreshFailure failure, Duration pause, boolean tokenStillUsable) {}

    /** A process that has ended presented a refresh token at {@code since}, and nobody knows the answer. */
    default void inDoubt(Instant since) {}

    /** A refresh token was called dead, and there is another one to present. */
    default void anotherRefreshToken() {}

    /** The store has got into trouble, or into another one; a rotated token is kept in memory and saved later. */
    default void storeFailed(StoreFailure failure) {}

    /** The store is well again. */
    default void storeRecovered(StoreProblem from) {}

    /** The refresh token that could not be saved is safe now. */
    default void saved() {}

    /** The file that has the access token for its readers has got into trouble, or into another one. */
    default void fileFailed(StoreFailure failure) {}

    /** That file is well again. */
    default void fileRecovered(StoreProblem from) {}

    /**
     * No refresh runs or begins any more: the process is about to end.
     *
     * @return completes, soon, when nothing is left to be done before that
     */
    default Uni<Void> stopped() {
        return Uni.createFrom().voidItem();
    }
}
