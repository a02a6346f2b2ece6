package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.RefreshFailure;
import io.smallrye.mutiny.Uni;
import java.net.URI;

/** Where the token endpoint is (RFC 6749 section 3.2). */
public sealed interface TokenEndpoint permits TokenEndpoint.Fixed, DiscoveredTokenEndpoint {

    /** Its address, or a {@link RefreshFailure} if it cannot be found out. */
    Uni<URI> locate();

    /** Says that there is no token endpoint at the address given last. */
    void forget();

    /** Whether an address can be one of a token endpoint. */
    static boolean usable(URI address) {
        return ("https".equals(address.getScheme()) || "http".equals(address.getScheme())) && address.getHost() != null;
    }

    /** A token endpoint whose address is configured. */
    record Fixed(URI address) implements TokenEndpoint {

        /** Takes an absolute http or https address. */
        public Fixed {
            if (!usable(address)) {
                throw new IllegalArgumentException("a token endpoint is an http or https address with a host");
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
