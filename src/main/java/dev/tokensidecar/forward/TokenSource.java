package dev.tokensidecar.forward;

import dev.tokensidecar.ingress.ProblemResponse;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.Caller;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** Where the tokens of a route come from. */
public interface TokenSource {

    /** Returns the tokens for one request of the application. */
    RequestTokens of(HttpServerRequest request);

    /** The tokens for one request. */
    interface RequestTokens {

        /** Returns a usable token that is at hand. Null if there is none; then call {@link #any}. */
        @Nullable AccessToken fresh();

        /** Returns a usable token, or a failure. */
        Uni<AccessToken> any(Caller caller);

        /** Returns another token in place of one that the API has rejected, or a failure. */
        Uni<AccessToken> afterRejection(AccessToken rejected, Caller caller);

        /** Reports a token that the API has rejected, and does not wait for another one. */
        void report(AccessToken rejected, Caller caller);

        /** Returns the problem for the application if no token is available. */
        ProblemResponse problem(Throwable failure);
    }
}
