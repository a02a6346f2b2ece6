package dev.tokensidecar.store;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.Moment;

/**
 * The value of {@code Authorization} with the credential as a generic secret in a file that Envoy watches: a {@code DiscoveryResponse} of its
 * secret discovery service (SDS). Without a token the secret is empty, because Envoy keeps using a secret whose file is gone.
 *
 * @param name the name by which the configuration of Envoy refers to the secret
 */
public record EnvoySecret(String name, FileCredential credential) implements TokenFileFormat {

    private static final String TYPE = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";

    @Override
    public String encode(AccessToken token, Moment now) {
        return response("Bearer " + credential.of(token).reveal(), Long.toString(token.generation()));
    }

    @Override
    public String withoutToken() {
        return response("", "none");
    }

    private String response(String value, String version) {
        ObjectNode response = JsonNodeFactory.instance.objectNode().put("version_info", version);
        response.putArray("resources")
                .addObject()
                .put("@type", TYPE)
                .put("name", name)
                .putObject("generic_secret")
                .putObject("secret")
                .put("inline_string", value);
        return response.toString();
    }
}
