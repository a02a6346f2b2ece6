package dev.tokensidecar.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * An error as OAuth client libraries read it (RFC 6749 section 5.2).
 *
 * @param error a word of that section, or that of the problem
 * @param description for a person to read
 */
@RegisterForReflection // no resource method returns it
@JsonPropertyOrder({"error", "error_description"})
@Schema(name = "GrantRefusal", description = "An error of the token endpoint (RFC 6749 section 5.2).")
record TokenErrorJson(
        String error, @JsonProperty("error_description") String description) {}
