package dev.tokensidecar.introspection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Makes the response for an active token: its claims, and those of RFC 7662 section 2.2 that servers call differently. A claim
 * never overrides {@code active}.
 */
final class ResponseClaims {

    private static final String ACTIVE = "active";
    private static final String SCOPE = "scope";
    private static final String TOKEN_TYPE = "token_type";

    private ResponseClaims() {}

    static ObjectNode of(ObjectNode claims) {
        ObjectNode response = JsonNodeFactory.instance.objectNode();
        response.put(ACTIVE, true);
        claims.properties().forEach(claim -> {
            if (!claim.getKey().equals(ACTIVE)) {
                response.set(claim.getKey(), claim.getValue());
            }
        });
        JsonNode scope = response.get(SCOPE);
        if (scope == null || !scope.isTextual()) {
            String text =
                    String.join(" ", ClaimRules.scope(claims).stream().sorted().toList());
            if (!text.isEmpty()) {
                response.put(SCOPE, text);
            }
        }
        addFirst(response, "client_id", List.of("azp", "cid", "appid"));
        addFirst(response, "username", List.of("preferred_username"));
        if (!response.path(TOKEN_TYPE).isTextual()) {
            response.put(TOKEN_TYPE, response.path("cnf").has("jkt") ? "DPoP" : "Bearer");
        }
        return response;
    }

    private static void addFirst(ObjectNode response, String name, List<String> others) {
        if (!response.has(name)) {
            others.stream()
                    .map(response::path)
                    .filter(JsonNode::isTextual)
                    .findFirst()
                    .ifPresent(value -> response.set(name, value));
        }
    }
}
