package dev.tokensidecar.store;

import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreProblem;
import org.jspecify.annotations.Nullable;

/**
 * Which credential the token file contains.
 *
 * @param field a field that came with the access token; null for the access token itself
 */
public record FileCredential(@Nullable String field) {

    /** The access token. */
    public static final FileCredential ACCESS_TOKEN = new FileCredential(null);

    /** @throws StoreFailure if the authorization server has not sent the field with this token */
    Secret of(AccessToken token) {
        Secret value = field == null ? token.value() : token.fields().get(field);
        if (value == null) {
            throw new StoreFailure(StoreProblem.MISSING, "the authorization server has sent no " + field);
        }
        return value;
    }
}
