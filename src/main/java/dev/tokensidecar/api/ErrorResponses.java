package dev.tokensidecar.api;

import dev.tokensidecar.ingress.Problem;
import dev.tokensidecar.ingress.ProblemKind;
import dev.tokensidecar.ingress.ProblemResponse;
import dev.tokensidecar.ingress.TokenErrorBody;
import dev.tokensidecar.token.TokenException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/**
 * Turns a failure into a response, in the format that the path promises: a problem (RFC 9457), or the error object that
 * OAuth client libraries read (RFC 6749 section 5.2).
 */
final class ErrorResponses {

    private ErrorResponses() {}

    /** Classifies a failure; the same for all formats. */
    static ProblemResponse classify(Throwable failure) {
        ProblemResponse expected = expected(failure);
        return expected == null ? ProblemResponse.of(failure) : expected;
    }

    /** Returns the error code of a failure, for the audit trail. */
    static String code(Throwable failure) {
        if (failure instanceof TokenRequestError error) {
            return error.body().error();
        }
        if (failure instanceof TokenException why) {
            return why.code();
        }
        ProblemResponse expected = expected(failure);
        return (expected == null ? ProblemKind.INTERNAL_ERROR : expected.kind()).error();
    }

    private static @Nullable ProblemResponse expected(Throwable failure) {
        if (failure instanceof InvalidRequest invalid) {
            return ProblemResponse.of(ProblemKind.INVALID_REQUEST, invalid.detail());
        }
        if (failure instanceof FieldNotSent absent) {
            return ProblemResponse.of(ProblemKind.CONFIGURATION, absent.detail());
        }
        if (failure instanceof UnknownToken) {
            return ProblemResponse.of(
                    ProblemKind.UNKNOWN_TOKEN, "see /status for the names of the tokens that are configured");
        }
        if (failure instanceof SenderConstrained) {
            return ProblemResponse.of(
                    ProblemKind.SENDER_CONSTRAINED,
                    "the token is bound to a key of the sidecar (client.dpop.enabled), which proves each request to the API:"
                            + " send the request to the port of forwarding, see sidecar.forward.<name>");
        }
        if (failure instanceof IntrospectionMissing) {
            return ProblemResponse.of(
                    ProblemKind.NOT_FOUND,
                    "no issuer of tokens is configured: set sidecar.introspection.<name>.issuer");
        }
        if (failure instanceof WebApplicationException rejection) {
            return ProblemResponse.of(
                    ProblemKind.ofStatus(rejection.getResponse().getStatus()));
        }
        return null;
    }

    /** Responds with a problem (RFC 9457). */
    static Response.ResponseBuilder problem(Throwable failure) {
        ProblemResponse problem = classify(failure);
        return response(problem.kind().status, problem.retryAfterSeconds())
                .type(Problem.MEDIA_TYPE)
                .entity(problem.body());
    }

    /** Responds with an error object (RFC 6749 section 5.2). */
    static Response.ResponseBuilder tokenError(Throwable failure) {
        if (failure instanceof TokenRequestError error) {
            return tokenError(response(Response.Status.BAD_REQUEST.getStatusCode(), null), error.body());
        }
        ProblemResponse problem = classify(failure);
        String description = failure instanceof UnknownToken ? problem.kind().title : problem.detail();
        return tokenError(
                response(problem.kind().status, problem.retryAfterSeconds()),
                new TokenErrorBody(problem.kind().error(), description));
    }

    private static Response.ResponseBuilder tokenError(Response.ResponseBuilder response, TokenErrorBody body) {
        return response.type(TokenErrorBody.MEDIA_TYPE).entity(body);
    }

    /** @param retryAfter the value of {@code Retry-After}; null for none */
    private static Response.ResponseBuilder response(int status, @Nullable String retryAfter) {
        Response.ResponseBuilder response = Response.status(status);
        return retryAfter == null ? response : response.header(HttpHeaders.RETRY_AFTER, retryAfter);
    }
}
