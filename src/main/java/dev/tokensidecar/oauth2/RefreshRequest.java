package dev.tokensidecar.oauth2;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode.OverwriteMode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tokensidecar.oauth2.http.Form;
import dev.tokensidecar.oauth2.http.HeaderText;
import dev.tokensidecar.oauth2.http.OutboundRequest;
import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import dev.tokensidecar.token.Secret;
import io.vertx.core.http.HttpMethod;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A request to a {@link RefreshEndpoint}: its description with the credentials filled in. */
final class RefreshRequest {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z_]+)}");

    private final RefreshEndpoint.Request description;
    private final Map<String, Secret> credentials;

    /** @param credentials by the names of their placeholders */
    RefreshRequest(RefreshEndpoint.Request description, Map<String, Secret> credentials) {
        this.description = description;
        this.credentials = Map.copyOf(credentials);
    }

    OutboundRequest toOutboundRequest() {
        return new OutboundRequest(HttpMethod.valueOf(description.method().name()), headers(), body());
    }

    private Map<String, Secret> headers() {
        Map<String, Secret> headers = new HashMap<>();
        description.headers().forEach((name, template) -> {
            String value = fill(template);
            if (!HeaderText.fits(value)) {
                throw new Misconfigured(
                        "credential_unusable",
                        "the value for the header " + name
                                + " cannot be sent: one of the credentials in it is not printable ASCII text");
            }
            headers.put(name, Secret.of(value));
        });
        return headers;
    }

    private OutboundRequest.@Nullable Payload body() {
        return switch (description.body()) {
            case JSON ->
                description.fields().isEmpty()
                        ? null
                        : new OutboundRequest.Payload("application/json", json().toString());
            case FORM -> form().body();
            case NONE -> null;
        };
    }

    private ObjectNode json() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        description.fields().forEach((name, template) -> {
            JsonPointer pointer = name.startsWith("/")
                    ? JsonPointer.compile(name)
                    : JsonPointer.empty().appendProperty(name);
            if (isListItem(pointer)) {
                body.withArray(pointer.head(), OverwriteMode.NONE, false).add(fill(template));
            } else {
                body.withObject(pointer.head(), OverwriteMode.NONE, false)
                        .put(pointer.last().getMatchingProperty(), fill(template));
            }
        });
        return body;
    }

    /** A number at the end makes a list, in the order of the fields. The body itself is always an object. */
    private static boolean isListItem(JsonPointer pointer) {
        return pointer.last().mayMatchElement() && !pointer.head().matches();
    }

    private Form form() {
        Form form = new Form();
        description.fields().forEach((name, template) -> form.add(name, fill(template)));
        return form;
    }

    /** Replaces all placeholders in one pass, so that text in a credential never counts as a placeholder. */
    private String fill(String template) {
        return PLACEHOLDER.matcher(template).replaceAll(found -> {
            Secret credential = credentials.get(found.group(1));
            return Matcher.quoteReplacement(credential == null ? found.group() : credential.reveal());
        });
    }
}
