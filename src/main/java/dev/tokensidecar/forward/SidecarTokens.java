package dev.tokensidecar.forward;

import dev.tokensidecar.ingress.ProblemResponse;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.Caller;
import dev.tokensidecar.token.CallerListener;
import dev.tokensidecar.token.TokenHash;
import dev.tokensidecar.token.TokenRequest;
import dev.tokensidecar.token.TokenService;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The token that the sidecar keeps for the application: the same for every request. */
public final class SidecarTokens implements TokenSource, TokenSource.RequestTokens {

    private final TokenService tokens;
    private final Duration maxWait;

    /** @param maxWait how long a request waits for a token */
    public SidecarTokens(TokenService tokens, Duration maxWait) {
        this.tokens = tokens;
        this.maxWait = maxWait;
    }

    @Override
    public RequestTokens of(HttpServerRequest request) {
        return this;
    }

    @Override
    public @Nullable AccessToken fresh() {
        return tokens.fresh(CallerListener.NONE);
    }

    @Override
    public Uni<AccessToken> any(Caller caller) {
        return tokens.token(TokenRequest.any(maxWait), caller);
    }

    @Override
    public Uni<AccessToken> afterRejection(AccessToken rejected, Caller caller) {
        return tokens.token(TokenRequest.afterRejection(TokenHash.of(rejected.value()), maxWait), caller);
    }

    /** May start a refresh. */
    @Override
    public void report(AccessToken rejected, Caller caller) {
        var unused = tokens.token(TokenRequest.afterRejection(TokenHash.of(rejected.value()), Duration.ZERO), caller)
                .subscribe()
                .with(newer -> {}, failure -> {});
    }

    @Override
    public ProblemResponse problem(Throwable failure) {
        return ProblemResponse.of(failure);
    }
}
