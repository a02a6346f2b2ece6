package dev.tokensidecar.api;

import dev.tokensidecar.exchange.CallerFailures;
import dev.tokensidecar.exchange.ExchangeRequest;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.TimeSource;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Responds to token requests on behalf of users as a token endpoint does (RFC 8693 section 2.2, RFC 6749 section 5). */
@Singleton
final class ExchangeEndpoint {

    private final TimeSource time;
    private final AuditedResults results;

    ExchangeEndpoint(TimeSource time, AuditedResults results) {
        this.time = time;
        this.results = results;
    }

    Uni<Response> exchange(ConfiguredExchange exchange, Map<String, List<String>> form, @Nullable String prefer) {
        return Uni.createFrom()
                .deferred(() -> granted(exchange, form, prefer))
                .onFailure(ExchangeEndpoint::concernsCaller)
                .transform(failure -> rejected((RefreshFailure) failure))
                .onFailure()
                .recoverWithItem(ErrorResponses::tokenError)
                .map(response -> response.header("Pragma", "no-cache").build());
    }

    private Uni<Response.ResponseBuilder> granted(
            ConfiguredExchange exchange, Map<String, List<String>> form, @Nullable String prefer) {
        ExchangeRequest request =
                results.checked(exchange.name(), () -> exchange.rules().read(form));
        return results.ofUser(
                exchange.name(),
                () -> exchange.tokens()
                        .token(request, exchange.parameters().maxWait(prefer))
                        .invoke(SenderConstrained::requireBearer),
                token -> granted(token, request.target().requestedTokenType()));
    }

    private Response.ResponseBuilder granted(AccessToken token, @Nullable String requestedTokenType) {
        return Response.status(Response.Status.OK)
                .type(MediaType.APPLICATION_JSON_TYPE.withCharset("UTF-8"))
                .entity(ExchangedTokenJson.of(token, requestedTokenType, time.now()));
    }

    private static boolean concernsCaller(Throwable failure) {
        return failure instanceof RefreshFailure refused && CallerFailures.concernsRequest(refused);
    }

    private static TokenRequestError rejected(RefreshFailure failure) {
        return TokenRequestError.rejected(
                CallerFailures.code(failure), failure.detail(), CallerFailures.rejectsCredential(failure));
    }
}
