package dev.tokensidecar.oauth2;

import dev.tokensidecar.oauth2.http.HttpTransport;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** An endpoint that an issuer's metadata names. Keeps the result until {@link #invalidate()}; does not keep failures. */
public final class DiscoveredEndpoint implements ServerEndpoint {

    /** The metadata member for the token endpoint. */
    public static final String TOKEN = "token_endpoint";

    /** The metadata member for the device authorization endpoint. */
    public static final String DEVICE_AUTHORIZATION = "device_authorization_endpoint";

    /** The metadata member for the keys of the issuer. */
    public static final String JWKS = "jwks_uri";

    /** The metadata member for the introspection endpoint. */
    public static final String INTROSPECTION = "introspection_endpoint";

    private final IssuerMetadata metadata;
    private final String member;
    private final AtomicReference<@Nullable URI> discovered = new AtomicReference<>();

    /**
     * @param issuer exactly as the metadata states it (RFC 8414 section 2)
     * @param member the metadata member that names the endpoint (RFC 8414 section 2, RFC 8628 section 4)
     * @param mutualTls whether the client presents a certificate; the metadata may have an alias for that (RFC 8705
     *     section 5)
     * @param plainHttp whether an issuer with TLS may name this endpoint without TLS; evaluated at each discovery
     * @throws IllegalArgumentException if the issuer is not a usable URL
     */
    public DiscoveredEndpoint(
            URI issuer,
            String member,
            HttpTransport transport,
            InstantSource clock,
            boolean mutualTls,
            Predicate<URI> plainHttp) {
        this.metadata = new IssuerMetadata(issuer, transport, clock, mutualTls, plainHttp);
        this.member = member;
    }

    @Override
    public Uni<URI> locate() {
        return Uni.createFrom().deferred(() -> {
            URI known = discovered.get();
            return known == null
                    ? metadata.fetch()
                            .map(found -> found.endpoint(member))
                            .onItem()
                            .invoke(discovered::set)
                    : Uni.createFrom().item(known);
        });
    }

    @Override
    public void invalidate() {
        discovered.set(null);
    }
}
