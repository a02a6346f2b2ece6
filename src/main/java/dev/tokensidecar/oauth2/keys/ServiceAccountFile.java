package dev.tokensidecar.oauth2.keys;

import dev.tokensidecar.token.RefreshFailure;
import java.nio.file.Path;
import java.util.Map;
import org.jose4j.json.JsonUtil;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * A mounted file with the key of a service account, as Google writes it: a JSON object with {@code client_email},
 * {@code private_key} (PEM) and {@code private_key_id}. Each use reads it, so a rotated key works immediately.
 *
 * <p>Ignores {@code token_uri}: a mounted file must not decide where the sidecar sends what it signs.
 */
public final class ServiceAccountFile {

    private static final String TYPE = "service_account";

    private final MountedFile file;

    public ServiceAccountFile(Path path) {
        this.file = new MountedFile(path, "service account");
    }

    /**
     * Reads the account. May block.
     *
     * @throws RefreshFailure.Misconfigured if the file is not the key of a service account
     */
    public SigningAccount read() {
        Map<String, Object> members = members();
        String type = text(members, "type");
        if (type != null && !type.equals(TYPE)) {
            throw file.misconfigured(
                    "holds credentials of another type than service_account",
                    "create a key of the service account, as JSON, and mount that file as it is");
        }
        String pem = required(members, "private_key");
        return new SigningAccount(
                required(members, "client_email"),
                PrivateKeyFile.signingKey(
                        file,
                        new PemKey(file, "RSA").read(pem),
                        SigningAlgorithm.RS256,
                        text(members, "private_key_id")));
    }

    private Map<String, Object> members() {
        String json = file.text();
        try {
            return JsonUtil.parseJson(json);
        } catch (JoseException | RuntimeException unusable) {
            // Drops the cause on purpose: its message may quote the key. The parser also throws unchecked exceptions.
            throw file.misconfigured("is not a JSON object", "mount the file as Google writes it");
        }
    }

    private String required(Map<String, Object> members, String name) {
        String text = text(members, name);
        if (text == null) {
            throw file.misconfigured("has no " + name, "mount the file as Google writes it");
        }
        return text;
    }

    private static @Nullable String text(Map<String, Object> members, String name) {
        return members.get(name) instanceof String text && !text.isBlank() ? text.strip() : null;
    }
}
