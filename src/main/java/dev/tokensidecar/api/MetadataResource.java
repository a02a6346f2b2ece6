package dev.tokensidecar.api;

import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;

/**
 * Serves metadata (RFC 8414) to OAuth client libraries that insist on discovery. The issuer is the address that the library
 * has asked, as section 3.3 demands.
 */
@Path("/.well-known")
public final class MetadataResource {

    @GET
    @Path("oauth-authorization-server")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Metadata for OAuth client libraries (RFC 8414)")
    public MetadataJson metadata(@Context HttpServerRequest request) {
        return MetadataJson.of("http://" + request.authority());
    }

    @GET
    @Path("openid-configuration")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "The same for libraries that ask for OpenID Connect Discovery")
    public MetadataJson openIdMetadata(@Context HttpServerRequest request) {
        return metadata(request);
    }
}
