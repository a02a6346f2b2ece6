package dev.tokensidecar.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The sidecar as an authorization server that has a token endpoint and nothing else (RFC 8414 section 2).
 *
 * @param issuer the address of the sidecar as the client sees it
 * @param tokenEndpoint the address of {@code POST /token}
 * @param grantTypes the grants of the token endpoint
 * @param responseTypes none, because there is no authorization endpoint; the field is required
 * @param authenticationMethods how a client may authenticate; the sidecar ignores all but a caller secret
 */
@JsonPropertyOrder({
    "issuer",
    "token_endpoint",
    "grant_types_supported",
    "response_types_supported",
    "token_endpoint_auth_methods_supported"
})
@Schema(name = "Metadata", description = "Authorization server metadata (RFC 8414).")
record MetadataJson(
        String issuer,
        @JsonProperty("token_endpoint") String tokenEndpoint,
        @JsonProperty("grant_types_supported") List<String> grantTypes,
        @JsonProperty("response_types_supported") List<String> responseTypes,

        @JsonProperty("token_endpoint_auth_methods_supported")
        List<String> authenticationMethods) {

    static MetadataJson of(String issuer) {
        return new MetadataJson(
                issuer,
                issuer + "/token",
                List.of("client_credentials"),
                List.of(),
                List.of("client_secret_basic", "client_secret_post", "none"));
    }
}
