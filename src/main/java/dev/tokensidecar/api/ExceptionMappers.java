package dev.tokensidecar.api;

import dev.tokensidecar.ingress.Problem;
import dev.tokensidecar.ingress.ProblemKind;
import dev.tokensidecar.ingress.ProblemResponse;
import dev.tokensidecar.token.TokenException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns whatever goes wrong into a problem body. */
final class ExceptionMappers {

    @ServerExceptionMapper
    public Response noToken(TokenException why) {
        return response(ProblemResponse.of(why)).build();
    }

    @ServerExceptionMapper
    public Response invalidRequest(InvalidRequest why) {
        return response(ProblemResponse.of(ProblemKind.INVALID_REQUEST, why.detail())).build();
    }

    @ServerExceptionMapper
    public Response unknownToken(UnknownToken why) {
        return response(ProblemResponse.of(
                        ProblemKind.UNKNOWN_TOKEN, "see /status for the names of the tokens that are configured"))
                .build();
    }

    /** Paths, methods and media types that do not exist. */
    @ServerExceptionMapper
    public Response refusedByTheFramework(WebApplicationException why, UriInfo uri) {
        ProblemKind kind = ProblemKind.ofStatus(why.getResponse().getStatus());
        Response.ResponseBuilder response = response(ProblemResponse.of(kind, kind.title));
        return kind == ProblemKind.METHOD_NOT_ALLOWED
                ? response.header(HttpHeaders.ALLOW, allowed(uri.getPath())).build()
                : response.build();
    }

    /** RFC 9110 section 15.5.6 demands the list, and the framework does not make it. */
    private static String allowed(String path) {
        if (path.endsWith("/rejected")) {
            return "OPTIONS, POST";
        }
        return path.startsWith("/token") ? "GET, HEAD, OPTIONS, POST" : "GET, HEAD, OPTIONS";
    }

    @ServerExceptionMapper
    public Response defect(RuntimeException defect) {
        return response(ProblemResponse.of(defect)).build();
    }

    private static Response.ResponseBuilder response(ProblemResponse refusal) {
        Response.ResponseBuilder response =
                Response.status(refusal.kind().status).type(Problem.MEDIA_TYPE).entity(refusal.body());
        String retryAfter = refusal.retryAfterSeconds();
        return retryAfter == null ? response : response.header(HttpHeaders.RETRY_AFTER, retryAfter);
    }
}
