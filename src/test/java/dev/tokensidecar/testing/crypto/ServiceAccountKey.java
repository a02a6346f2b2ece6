package dev.tokensidecar.testing.crypto;

import io.vertx.core.json.JsonObject;
import java.security.KeyPair;

/** Key files of service accounts with the members of Google's, in the same order. */
public final class ServiceAccountKey {

    private ServiceAccountKey() {}

    /** Returns the content of a key file. */
    public static String json(String email, String keyId, KeyPair keys) {
        return json(email, keyId, PrivateKeys.pem(keys));
    }

    /** Returns the content of a key file with a key as PEM. */
    public static String json(String email, String keyId, String pem) {
        return new JsonObject()
                .put("type", "service_account")
                .put("project_id", "project-4711")
                .put("private_key_id", keyId)
                .put("private_key", pem)
                .put("client_email", email)
                .put("client_id", "100000000000000000001")
                .put("auth_uri", "https://accounts.google.com/o/oauth2/auth")
                .put("token_uri", "https://oauth2.googleapis.com/token")
                .put("auth_provider_x509_cert_url", "https://www.googleapis.com/oauth2/v1/certs")
                .put("universe_domain", "googleapis.com")
                .encodePrettily();
    }
}
