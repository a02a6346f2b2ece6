package dev.tokensidecar.ingress;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Rejects callers that do not present the caller secret, if one is configured. Comes after {@link WellFormedForm} where token
 * requests are served, because OAuth client libraries may send the secret in the form (RFC 6749 section 2.3.1).
 */
public final class CallerSecretCheck implements Handler<RoutingContext> {

    /** Metadata is no secret, and libraries present nothing when they ask for it. Whole paths: the router resolves dots. */
    private static final Set<String> PUBLIC =
            Set.of("/.well-known/oauth-authorization-server", "/.well-known/openid-configuration");

    private final ProblemResponder problems;
    private final CallerCredentials credentials;

    public CallerSecretCheck(ProblemResponder problems, CallerCredentials credentials) {
        this.problems = problems;
        this.credentials = credentials;
    }

    @Override
    public void handle(RoutingContext context) {
        String path = context.request().path();
        boolean isPublic = path != null && PUBLIC.contains(path);
        if (credentials.needsSecret() && !isPublic) {
            check(context);
        } else {
            context.next();
        }
    }

    /** Reads the secret's file on a worker thread. The request and its body wait meanwhile. */
    private void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        List<String> inForm = TokenRequests.isOne(request) ? FormBody.values(context, "client_secret") : List.of();
        context.vertx()
                .executeBlocking(() -> Optional.ofNullable(credentials.secretRejection(request, inForm)), false)
                .onComplete(checked -> {
                    if (checked.failed()) {
                        context.fail(checked.cause());
                    } else if (checked.result().isEmpty()) {
                        context.next();
                    } else {
                        problems.send(
                                context,
                                ProblemResponse.of(
                                        ProblemKind.FORBIDDEN, checked.result().get()));
                    }
                });
    }
}
