package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.RefreshFailure;
import io.smallrye.mutiny.Uni;
import java.net.URI;

/** Where an endpoint of the authorization server is (RFC 6749 section 3, RFC 8628 section 3.1). */
public sealed interface ServerEndpoint permits ServerEndpoint.Fixed, DiscoveredEndpoint {

    /** Of RFC 9293 section 3.1. */
    int MOST_PORT = 65_535;

    /** Its address, or a {@link RefreshFailure} if it cannot be found out. */
    Uni<URI> locate();

    /** Says that there is no such endpoint at the address given last. */
    void forget();

    /**
     * Whether an address can be one of an endpoint: http or https with a host, without a user name (RFC 9110 section 4.2.4)
     * and without a fragment (RFC 6749 section 3.2).
     */
    static boolean usable(URI address) {
        return isWebAddress(address) && address.getRawFragment() == null;
    }

    /** Whether this is an http or https address with a host and without a user name. */
    static boolean isWebAddress(URI address) {
        return ("https".equals(address.getScheme()) || isPlainHttp(address))
                && address.getHost() != null
                && address.getRawUserInfo() == null
                && address.getPort() <= MOST_PORT;
    }

    /** Whether what is sent to this address can be read on the way. */
    static boolean isPlainHttp(URI address) {
        return "http".equals(address.getScheme());
    }

    /** An endpoint whose address is configured. */
    record Fixed(URI address) implements ServerEndpoint {

        /** Takes an absolute http or https address. */
        public Fixed {
            if (!usable(address)) {
                throw new IllegalArgumentException(
                        "an endpoint is an http or https address with a host, without user name and fragment");
            }
        }

        @Override
        public Uni<URI> locate() {
            return Uni.createFrom().item(address);
        }

        @Override
        public void forget() {
            // Nothing else is known than what was configured.
        }
    }
}
