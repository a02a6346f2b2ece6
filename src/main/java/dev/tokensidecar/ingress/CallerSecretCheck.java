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
    private static final Set<String> METADATA =
            Set.of("/.well-known/oauth-authorization-server", "/.well-known/openid-configuration");

    private final ProblemResponder problems;
    private final CallerCredentials credentials;
    private final Set<String> publicPaths;
    private final RejectedCallers rejected = new RejectedCallers();
    private final AuditTrail audit;

    private CallerSecretCheck(
            ProblemResponder problems, CallerCredentials credentials, Set<String> publicPaths, AuditTrail audit) {
        this.problems = problems;
        this.credentials = credentials;
        this.publicPaths = publicPaths;
        this.audit = audit;
    }

    /** Returns the check of the token interface, which serves its metadata to everybody. */
    public static CallerSecretCheck ofTokenInterface(
            ProblemResponder problems, CallerCredentials credentials, AuditTrail audit) {
        return new CallerSecretCheck(problems, credentials, METADATA, audit);
    }

    /** Returns the check of a listener where every path needs the secret. */
    public static CallerSecretCheck ofAllPaths(
            ProblemResponder problems, CallerCredentials credentials, AuditTrail audit) {
        return new CallerSecretCheck(problems, credentials, Set.of(), audit);
    }

    @Override
    public void handle(RoutingContext context) {
        String path = context.request().path();
        boolean isPublic = path != null && publicPaths.contains(path);
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
                        reject(context, checked.result().get());
                    }
                });
    }

    private void reject(RoutingContext context, String reason) {
        rejected.log(context.vertx(), context.request(), reason);
        audit.refused(context.request().connection(), null, "caller_secret");
        problems.send(context, ProblemResponse.of(ProblemKind.FORBIDDEN, reason));
    }
}
