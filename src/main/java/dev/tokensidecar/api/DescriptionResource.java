package dev.tokensidecar.api;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Serves the OpenAPI description of the HTTP interface. The build generates it, so the start does not have to. */
@Path("/openapi")
public final class DescriptionResource {

    private static final String JSON = "json";

    @GET
    @Operation(hidden = true)
    public Response description(
            @QueryParam("format") @Nullable String format, @HeaderParam(HttpHeaders.ACCEPT) @Nullable String accept) {
        boolean json = format == null ? "application/json".equals(accept) : JSON.equalsIgnoreCase(format);
        String language = json ? JSON : "yaml";
        return Response.ok(read("/openapi." + language), "application/" + language + ";charset=UTF-8")
                .build();
    }

    private static byte[] read(String name) {
        try (InputStream file = DescriptionResource.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException(name + " is not in the application");
            }
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
