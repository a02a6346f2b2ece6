package dev.tokensidecar.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The shape of an answer, for the description only: the answer has all claims of the token, whatever their names are.
 *
 * @param active whether the token may be used here and now; the only member if it may not
 * @param scope the scope of the token, separated by spaces
 * @param clientId the client that got the token
 * @param username the name of the user, for people
 * @param tokenType {@code Bearer}, or {@code DPoP} for a token that is bound to a key
 * @param sub the user, or the client itself
 */
@RegisterForReflection // for the description
@JsonPropertyOrder({
    "active",
    "scope",
    "client_id",
    "username",
    "token_type",
    "exp",
    "iat",
    "nbf",
    "sub",
    "aud",
    "iss",
    "jti"
})
@Schema(
        name = "Introspection",
        description = "Whether a token is active, and its claims (RFC 7662 section 2.2).",
        additionalProperties = Schema.True.class)
record IntrospectionJson(
        @Schema(required = true) boolean active,
        @Nullable String scope,
        @JsonProperty("client_id") @Nullable String clientId,
        @Nullable String username,
        @JsonProperty("token_type") @Nullable String tokenType,
        @Nullable Long exp,
        @Nullable Long iat,
        @Nullable Long nbf,
        @Nullable String sub,
        @Nullable Object aud,
        @Nullable String iss,
        @Nullable String jti) {}
