package dev.tokensidecar.ingress;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * An error object for OAuth client libraries (RFC 6749 section 5.2).
 *
 * @param error an error code of that section, or the error word of the problem
 * @param description human-readable
 * @param action {@code reauthenticate} if the user has to log in again; absent from the response if null
 */
@RegisterForReflection // no resource method returns it
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"error", "error_description", "action"})
@Schema(name = "TokenError", description = "An error of the token endpoint (RFC 6749 section 5.2).")
public record TokenErrorBody(
        String error,
        @JsonProperty("error_description") String description,
        @Nullable String action) {

    /** The media type of section 5.1. */
    public static final String MEDIA_TYPE = "application/json;charset=UTF-8";

    public TokenErrorBody(String error, String description) {
        this(error, description, null);
    }

    /** Returns the error object for a problem. */
    public static TokenErrorBody of(ProblemResponse problem) {
        return new TokenErrorBody(problem.kind().error(), problem.detail());
    }
}
