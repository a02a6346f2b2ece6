package dev.tokensidecar.api;

import dev.tokensidecar.ingress.AuditTrail;
import dev.tokensidecar.token.AccessToken;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpConnection;
import jakarta.inject.Singleton;
import java.util.function.Supplier;

/** Tells the audit trail what the callers of the resources get. */
@Singleton
final class AuditedResults {

    private final AuditTrail audit;
    private final Supplier<HttpConnection> caller;

    /** @param caller supplies the connection of the current request */
    AuditedResults(AuditTrail audit, Supplier<HttpConnection> caller) {
        this.audit = audit;
        this.caller = caller;
    }

    /** Returns the token that the caller asks for, and records that, or why there is none. */
    Uni<AccessToken> of(String token, Supplier<Uni<AccessToken>> asked) {
        HttpConnection connection = caller.get();
        return deferred(token, asked, connection)
                .invoke(granted -> audit.handedOut(connection, token, granted.generation()));
    }

    /** Does the same for a token on behalf of a user, which has no generation that others could compare. */
    Uni<AccessToken> ofUser(String token, Supplier<Uni<AccessToken>> asked) {
        HttpConnection connection = caller.get();
        return deferred(token, asked, connection).invoke(granted -> audit.handedOut(connection, token, 0));
    }

    private Uni<AccessToken> deferred(String token, Supplier<Uni<AccessToken>> asked, HttpConnection connection) {
        return Uni.createFrom()
                .deferred(asked::get)
                .onFailure()
                .invoke(failure -> audit.refused(connection, token, ErrorResponses.code(failure)));
    }

    /** Looks something up; a caller that asks for a token that does not exist, or not for it, gets none. */
    <T> T found(Supplier<T> lookup) {
        try {
            return lookup.get();
        } catch (UnknownToken unknown) {
            audit.refused(caller.get(), null, ErrorResponses.code(unknown));
            throw unknown;
        }
    }
}
