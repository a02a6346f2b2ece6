package dev.tokensidecar.oauth2;

import dev.tokensidecar.egress.Authority;
import dev.tokensidecar.token.RefreshFailure;
import io.smallrye.mutiny.Uni;
import java.net.URI;

/** An endpoint of the authorization server (RFC 6749 section 3, RFC 8628 section 3.1). */
public sealed interface ServerEndpoint permits ServerEndpoint.Fixed, DiscoveredEndpoint {

    /** Returns the URL of the endpoint; fails with a {@link RefreshFailure} if it cannot be determined. */
    Uni<URI> locate();

    /** Drops the URL returned last, because no such endpoint is there. The next {@link #locate()} looks again. */
    void invalidate();

    /**
     * Whether a URL can belong to an endpoint: http or https with a host, without a user name (RFC 9110 section 4.2.4) and
     * without a fragment (RFC 6749 section 3.2).
     */
    static boolean usable(URI address) {
        return isWebAddress(address) && address.getRawFragment() == null;
    }

    /** Whether this is an http or https URL with a host and without a user name. */
    static boolean isWebAddress(URI address) {
        return ("https".equals(address.getScheme()) || isPlainHttp(address)) && Authority.isUsable(address);
    }

    /** Whether a request to this URL is unencrypted. */
    static boolean isPlainHttp(URI address) {
        return "http".equals(address.getScheme());
    }

    /** An endpoint with a configured URL. */
    record Fixed(URI address) implements ServerEndpoint {

        /** Takes an absolute http or https URL. */
        public Fixed {
            if (!usable(address)) {
                throw new IllegalArgumentException(
                        "an endpoint must be an http or https URL with a host and without user name or fragment");
            }
        }

        @Override
        public Uni<URI> locate() {
            return Uni.createFrom().item(address);
        }

        @Override
        public void invalidate() {
            // The configured URL is the only one.
        }
    }
}
