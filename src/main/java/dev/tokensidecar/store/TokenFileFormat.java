package dev.tokensidecar.store;

import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.Moment;
import dev.tokensidecar.token.StoreFailure;
import org.jspecify.annotations.Nullable;

/** What the access token file contains. */
public interface TokenFileFormat {

    /**
     * Returns the content of the file with this token.
     *
     * @throws StoreFailure if what the file has to contain did not come with this token
     */
    String encode(AccessToken token, Moment now);

    /** Returns the content of the file while there is no usable token; null for no file. */
    default @Nullable String withoutToken() {
        return null;
    }
}
