package dev.tokensidecar.api;

import dev.tokensidecar.ingress.ProblemKind;
import dev.tokensidecar.ingress.TokenRequests;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Has the framework respond with an error body to every exception that reaches it. */
final class ExceptionMappers {

    /** Maps the exceptions of resources: those that {@link ErrorResponses} knows, and defects. */
    @ServerExceptionMapper
    public Response resourceFailed(RuntimeException failure, HttpServerRequest request) {
        return response(failure, request).build();
    }

    /** Maps the framework's own rejections: unknown paths, methods and media types. */
    @ServerExceptionMapper
    public Response frameworkRejected(WebApplicationException rejection, UriInfo uri, HttpServerRequest request) {
        Response.ResponseBuilder response = response(rejection, request);
        return rejection.getResponse().getStatus() == ProblemKind.METHOD_NOT_ALLOWED.status
                ? response.header(HttpHeaders.ALLOW, allowedMethods(uri.getPath()))
                        .build()
                : response.build();
    }

    private static Response.ResponseBuilder response(Throwable failure, HttpServerRequest request) {
        return TokenRequests.isOne(request) ? ErrorResponses.tokenError(failure) : ErrorResponses.problem(failure);
    }

    /** RFC 9110 section 15.5.6 requires the list, and the framework does not provide it. */
    private static String allowedMethods(String path) {
        if (path.endsWith("/rejected") || path.equals("/introspect")) {
            return "OPTIONS, POST";
        }
        return path.startsWith("/token") ? "GET, HEAD, OPTIONS, POST" : "GET, HEAD, OPTIONS";
    }
}
