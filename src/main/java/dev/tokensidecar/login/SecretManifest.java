package dev.tokensidecar.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokensidecar.token.Secret;
import java.util.Base64;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A Secret of Kubernetes with everything that the sidecar's container reads from it.
 *
 * @param name the name of the Secret
 * @param namespace its namespace; null for the one that kubectl uses
 * @param issuer the issuer; null for none
 * @param clientId the client id
 * @param clientSecret the client secret; null for none
 */
public record SecretManifest(
        String name,
        @Nullable String namespace,
        @Nullable String issuer,
        String clientId,
        @Nullable Secret clientSecret)
        implements ResultFormat {

    /** The key of the refresh token, which the container reads as a file. */
    static final String REFRESH_TOKEN = "refresh-token";

    /** RFC 1123 section 2.1, without upper case. */
    private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";

    private static final int MAX_LABEL = 63;
    private static final Pattern NAMESPACE = Pattern.compile(LABEL);

    private static final int MAX_NAME = 253;
    private static final Pattern NAME = Pattern.compile(LABEL + "(\\." + LABEL + ")*");

    /** @throws IllegalArgumentException if Kubernetes would not accept one of the names */
    public SecretManifest {
        require(name, MAX_NAME, NAME);
        if (namespace != null) {
            require(namespace, MAX_LABEL, NAMESPACE);
        }
    }

    private static void require(String name, int maxLength, Pattern accepted) {
        if (name.length() > maxLength || !accepted.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a name in Kubernetes has lower-case letters, digits and hyphens, such as token-sidecar");
        }
    }

    /**
     * Returns the manifest for {@code kubectl apply}. The names are in quotes, because {@code 123} is no text in YAML. The
     * container requires issuer and client id, even if they are empty.
     */
    @Override
    public Secret render(Secret refreshToken) {
        StringJoiner lines = new StringJoiner("\n", "", "\n");
        lines.add("apiVersion: v1").add("kind: Secret").add("metadata:").add("  name: \"" + name + "\"");
        if (namespace != null) {
            lines.add("  namespace: \"" + namespace + "\"");
        }
        lines.add("type: Opaque").add("data:");
        lines.add(entry("issuer", issuer == null ? "" : issuer));
        lines.add(entry("client-id", clientId));
        if (clientSecret != null) {
            lines.add(entry("client-secret", clientSecret.reveal()));
        }
        lines.add(entry(REFRESH_TOKEN, refreshToken.reveal()));
        return Secret.of(lines.toString());
    }

    private static String entry(String key, String value) {
        return "  " + key + ": \"" + encoded(value) + "\"";
    }

    static String encoded(String value) {
        return Base64.getEncoder().encodeToString(value.getBytes(UTF_8));
    }
}
