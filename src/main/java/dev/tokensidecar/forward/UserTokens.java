package dev.tokensidecar.forward;

import dev.tokensidecar.exchange.CallerFailures;
import dev.tokensidecar.exchange.ExchangeRequest;
import dev.tokensidecar.exchange.ExchangedTokens;
import dev.tokensidecar.ingress.ProblemKind;
import dev.tokensidecar.ingress.ProblemResponse;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.Caller;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.TokenHash;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Exchanges the bearer token of each request, which names the user, for one that fits the API. */
public final class UserTokens implements TokenSource {

    /** RFC 6750 section 2.1: {@code b64token}. The scheme is case-insensitive (RFC 9110 section 11.1). */
    private static final Pattern BEARER = Pattern.compile("(?i:bearer) +([A-Za-z0-9._~+/-]+=*) *");

    private final ExchangedTokens tokens;
    private final @Nullable String subjectTokenType;
    private final ExchangeRequest.RequestedToken target;
    private final Duration maxWait;

    /**
     * Exchanges the tokens of all requests for the same target.
     *
     * @param subjectTokenType the type of the users' tokens (RFC 8693 section 3); null for assertions
     * @param maxWait how long a request waits for a token
     */
    public UserTokens(
            ExchangedTokens tokens,
            @Nullable String subjectTokenType,
            ExchangeRequest.RequestedToken target,
            Duration maxWait) {
        this.tokens = tokens;
        this.subjectTokenType = subjectTokenType;
        this.target = target;
        this.maxWait = maxWait;
    }

    @Override
    public RequestTokens of(HttpServerRequest request) {
        Secret user = bearerToken(request.headers().getAll(HttpHeaders.AUTHORIZATION));
        return user == null
                ? new NoUser()
                : new OfUser(new ExchangeRequest(user, subjectTokenType, null, null, target));
    }

    private static @Nullable Secret bearerToken(List<String> authorizations) {
        if (authorizations.size() != 1) {
            return null;
        }
        Matcher bearer = BEARER.matcher(authorizations.getFirst());
        return bearer.matches() ? Secret.of(bearer.group(1)) : null;
    }

    private final class OfUser implements RequestTokens {

        private final ExchangeRequest request;

        OfUser(ExchangeRequest request) {
            this.request = request;
        }

        @Override
        public @Nullable AccessToken fresh() {
            return tokens.fresh(request);
        }

        @Override
        public Uni<AccessToken> any(Caller caller) {
            return tokens.token(request, maxWait).emitOn(caller.executor());
        }

        @Override
        public Uni<AccessToken> afterRejection(AccessToken rejected, Caller caller) {
            return tokens.tokenAfterRejection(request, TokenHash.of(rejected.value()), maxWait)
                    .emitOn(caller.executor());
        }

        @Override
        public void report(AccessToken rejected, Caller caller) {
            var unused = tokens.reject(request, TokenHash.of(rejected.value()));
        }

        /** The API's users get a 401 as the API itself would send it, so that they log in again. */
        @Override
        public ProblemResponse problem(Throwable failure) {
            if (failure instanceof RefreshFailure rejected && CallerFailures.concernsRequest(rejected)) {
                return ProblemResponse.of(
                        CallerFailures.rejectsCredential(rejected)
                                ? ProblemKind.USER_TOKEN_REJECTED
                                : ProblemKind.USER_NOT_AUTHORIZED,
                        rejected.detail());
            }
            return ProblemResponse.of(failure);
        }
    }

    /** A request without a bearer token gets no token. */
    private static final class NoUser implements RequestTokens {

        private static final ProblemResponse PROBLEM = ProblemResponse.of(
                ProblemKind.USER_TOKEN_REQUIRED,
                "this route calls the API on behalf of users: send the user's token, once, as Authorization: Bearer");

        @Override
        public @Nullable AccessToken fresh() {
            return null;
        }

        @Override
        public Uni<AccessToken> any(Caller caller) {
            return Uni.createFrom().failure(UserTokenMissing::new);
        }

        @Override
        public Uni<AccessToken> afterRejection(AccessToken rejected, Caller caller) {
            return any(caller);
        }

        @Override
        public void report(AccessToken rejected, Caller caller) {}

        @Override
        public ProblemResponse problem(Throwable failure) {
            return PROBLEM;
        }
    }

    private static final class UserTokenMissing extends RuntimeException {
        UserTokenMissing() {
            super("no token of a user", null, false, false);
        }
    }
}
