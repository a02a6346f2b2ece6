package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.RefreshFailure;
import io.smallrye.mutiny.Uni;
import java.net.URI;

/** Where an endpoint of the authorization server is (RFC 6749 section 3, RFC 8628 section 3.1). */
public sealed interface Endpoint permits Endpoint.Fixed, DiscoveredEndpoint {

    /** Its address, or a {@link RefreshFailure} if it cannot be found out. */
    Uni<URI> locate();

    /** Says that there is no such endpoint at the address given last. */
    void forget();

    /** Whether an address can be one of an endpoint. */
    static boolean usable(URI address) {
        return ("https".equals(address.getScheme()) || "http".equals(address.getScheme())) && address.getHost() != null;
    }

    /** An endpoint whose address is configured. */
    record Fixed(URI address) implements Endpoint {

        /** Takes an absolute http or https address. */
        public Fixed {
            if (!usable(address)) {
                throw new IllegalArgumentException("an endpoint is an http or https address with a host");
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
