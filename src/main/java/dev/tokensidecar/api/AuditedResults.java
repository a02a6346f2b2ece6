package dev.tokensidecar.api;

import dev.tokensidecar.ingress.AuditTrail;
import dev.tokensidecar.ingress.ProblemKind;
import dev.tokensidecar.token.AccessToken;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Tells the audit trail what the callers of the resources get. */
@Singleton
final class AuditedResults {

    private static final int OK = 200;

    private final AuditTrail audit;
    private final Supplier<RoutingContext> current;

    /** @param current supplies the current request */
    AuditedResults(AuditTrail audit, Supplier<RoutingContext> current) {
        this.audit = audit;
        this.current = current;
    }

    /**
     * Returns the response with the token that a caller asks for, and records that it gets the token, or why it gets none.
     *
     * @param body makes the response
     */
    <T> Uni<T> of(String token, Supplier<Uni<AccessToken>> asked, Function<AccessToken, T> body) {
        return of(token, asked, body, AccessToken::generation);
    }

    /** Does the same for a token on behalf of a user, which has no generation that others could compare. */
    <T> Uni<T> ofUser(String token, Supplier<Uni<AccessToken>> asked, Function<AccessToken, T> body) {
        return of(token, asked, body, granted -> 0);
    }

    private <T> Uni<T> of(
            String token,
            Supplier<Uni<AccessToken>> asked,
            Function<AccessToken, T> body,
            ToLongFunction<AccessToken> generation) {
        RoutingContext context = current.get();
        return Uni.createFrom()
                .deferred(() -> asked.get().map(granted -> {
                    T response = body.apply(granted);
                    recordWhenSent(context, token, generation.applyAsLong(granted));
                    return response;
                }))
                .onFailure()
                .invoke(failure -> audit.refused(context.request().connection(), token, ErrorResponses.code(failure)));
    }

    /** Waits for the end: until then, the framework may replace the response by an error, such as 406. */
    private void recordWhenSent(RoutingContext context, String token, long generation) {
        HttpConnection caller = context.request().connection();
        audit.identify(caller);
        var unused = context.addEndHandler(sent -> {
            int status = context.response().getStatusCode();
            if (status != OK) {
                audit.refused(caller, token, ProblemKind.ofStatus(status).error());
            } else if (!context.request().method().equals(HttpMethod.HEAD)) {
                audit.handedOut(caller, token, generation);
            }
        });
    }

    /**
     * Checks what a caller asks for; one that asks for something else than it may have gets no token.
     *
     * @param token null if the caller has named none that it may ask for
     */
    <T extends @Nullable Object> T checked(@Nullable String token, Supplier<T> check) {
        try {
            return check.get();
        } catch (UnknownToken | InvalidRequest | TokenRequestError refused) {
            audit.refused(current.get().request().connection(), token, ErrorResponses.code(refused));
            throw refused;
        }
    }
}
