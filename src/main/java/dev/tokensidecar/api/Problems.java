package dev.tokensidecar.api;

import dev.tokensidecar.token.TokenException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;

/** Turns whatever goes wrong into a problem body. */
final class Problems {

    private static final Logger LOG = Logger.getLogger(Problems.class);

    @ServerExceptionMapper
    public Response noToken(TokenException why) {
        return response(ProblemKind.of(why), why.detail(), why.retryAfter()).build();
    }

    @ServerExceptionMapper
    public Response invalidRequest(InvalidRequest why) {
        return response(ProblemKind.INVALID_REQUEST, why.detail(), null).build();
    }

    @ServerExceptionMapper
    public Response unknownToken(UnknownToken why) {
        return response(ProblemKind.UNKNOWN_TOKEN, "see /status for the names of the tokens that are configured", null)
                .build();
    }

    /** Paths, methods and media types that do not exist. */
    @ServerExceptionMapper
    public Response refusedByTheFramework(WebApplicationException why, UriInfo uri) {
        ProblemKind kind = ProblemKind.ofStatus(why.getResponse().getStatus());
        Response.ResponseBuilder response = response(kind, kind.title, null);
        return kind == ProblemKind.METHOD_NOT_ALLOWED
                ? response.header(HttpHeaders.ALLOW, allowed(uri.getPath())).build()
                : response.build();
    }

    /** RFC 9110 section 15.5.6 demands the list, and the framework does not make it. */
    private static String allowed(String path) {
        return path.endsWith("/rejected") ? "OPTIONS, POST" : "GET, HEAD, OPTIONS";
    }

    /** A defect; its message may quote anything, so the caller learns of its type only and the log of the place. */
    @ServerExceptionMapper
    public Response defect(RuntimeException defect) {
        StackTraceElement[] trace = defect.getStackTrace();
        LOG.errorf(
                "unexpected failure type=%s at=%s",
                defect.getClass().getName(), trace.length == 0 ? "unknown" : trace[0]);
        return response(ProblemKind.INTERNAL_ERROR, "unexpected failure, see the sidecar's log", null)
                .build();
    }

    private static Response.ResponseBuilder response(ProblemKind kind, String detail, @Nullable Duration retryAfter) {
        Response.ResponseBuilder response =
                Response.status(kind.status).type(Problem.MEDIA_TYPE).entity(Problem.of(kind, detail));
        return kind.retryable ? response.header(HttpHeaders.RETRY_AFTER, seconds(retryAfter)) : response;
    }

    /** Rounded up, so that whoever waits as told does not come too early; a second where nobody can tell. */
    private static long seconds(@Nullable Duration retryAfter) {
        return retryAfter == null
                ? 1
                : Math.max(1, retryAfter.plusSeconds(1).minusNanos(1).toSeconds());
    }
}
