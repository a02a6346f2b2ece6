package dev.tokensidecar.token;

import java.time.Duration;
import java.time.Instant;

/**
 * Hears what happens to one token: the port for metrics and logs. The core calls it on the paths of callers and
 * refreshes, so an implementation returns quickly and never blocks or throws. It overrides the methods for the events
 * that it needs.
 */
public interface TokenListener {

    /** Hears nothing. */
    TokenListener NONE = new TokenListener() {};

    /** What a report of a rejected token led to: a label of the rejection metric. */
    enum Rejection {
        /** The token had been replaced before. */
        STALE,
        /** A refresh was in flight. */
        JOINED,
        /** The report started a refresh. */
        RENEWED,
        /** A report had just renewed the token, so this one starts nothing. */
        DAMPED,
        /** No refresh could start: back-off, or an invalid refresh token. */
        REFUSED;

        /** Classifies a report of the current token. */
        static Rejection of(Decision decision) {
            return switch (decision) {
                case Decision.Start start -> RENEWED;
                case Decision.Join join -> JOINED;
                case Decision.Fail fail when fail.reason() instanceof TokenException.RejectedAgain -> DAMPED;
                case Decision.Fail fail -> REFUSED;
                case Decision.Serve serve -> STALE;
                case Decision.ServeAndRefresh serve -> STALE;
            };
        }
    }

    /**
     * A refresh is about to start.
     *
     * @return an observer of that refresh; nothing calls it if another refresh started first
     */
    default RefreshObserver refreshStarting(RefreshReason reason) {
        return RefreshObserver.NONE;
    }

    /** A caller got a token without waiting. */
    default void served() {}

    /** A caller got a token after waiting. */
    default void servedAfter(Duration wait) {}

    /** A caller got an error. */
    default void failed(TokenException reason, Duration wait) {}

    /** A caller disconnected before it got a response. */
    default void cancelled(Duration wait) {}

    /** A caller joined a refresh that another one had started. */
    default void coalesced() {}

    /** A caller reported a rejected token. */
    default void rejectionReported(Rejection outcome) {}

    /** Another process has obtained an access token, and callers can have it; no refresh was in flight here. */
    default void adopted(AccessToken token) {}

    /** A process that has ended presented a refresh token at {@code since}, and its response is unknown. */
    default void attemptInDoubt(Instant since) {}

    /** Another process has claimed a request and does not respond any more; its response is unknown. */
    default void takingOver(Claim claim) {}

    /**
     * This process tried to claim a request.
     *
     * @param won false if another process had changed the record first
     */
    default void claimed(boolean won) {}

    /** The authorization server rejected a refresh token, and there is another one to present. */
    default void presentingNextRefreshToken() {}

    /** Another process has saved a newer refresh token meanwhile, so the one that this process has received is dropped. */
    default void superseded() {}

    /** The store fails, or fails for another reason than before; rotated refresh tokens stay in memory and are saved later. */
    default void storeFailed(StoreFailure failure) {}

    /** The store works again. */
    default void storeRecovered(StoreProblem from) {}

    /** The refresh token whose save failed is saved now. */
    default void savedLate() {}
}
