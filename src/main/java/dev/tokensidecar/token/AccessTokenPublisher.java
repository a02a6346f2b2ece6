package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;

/**
 * Port to a place where programs find the access token without asking for it, such as a file. Implementations return
 * immediately and never throw.
 */
public interface AccessTokenPublisher {

    /** Publishes nothing. */
    AccessTokenPublisher NONE = new AccessTokenPublisher() {};

    /** Hears about failures to publish. */
    interface Listener {

        /** Publishing fails, or fails for another reason than before. */
        void publishingFailed(StoreFailure failure);

        /** Publishing works again. */
        void publishingRecovered(StoreProblem from);
    }

    /** Callers get this access token from now on. */
    default void publish(AccessToken token) {}

    /**
     * Removes the access token, because nobody renews it any more: the process is about to exit.
     *
     * @return completes soon, whether or not the removal succeeded
     */
    default Uni<Void> withdraw() {
        return Uni.createFrom().voidItem();
    }
}
