package dev.tokensidecar.store;

import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.Moment;

/** The credential alone, without a line end. */
public record TextFile(FileCredential credential) implements TokenFileFormat {

    @Override
    public String encode(AccessToken token, Moment now) {
        return credential.of(token).reveal();
    }
}
