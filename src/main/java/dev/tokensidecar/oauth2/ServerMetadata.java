package dev.tokensidecar.oauth2;

import java.net.URI;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The metadata that an authorization server has published about itself (RFC 8414 section 2). */
final class ServerMetadata {

    /** Users open this endpoint in a browser, which does not have the certificate of the client. */
    private static final String AUTHORIZATION = "authorization_endpoint";

    private final URI issuer;
    private final ResponseFields fields;
    private final boolean mutualTls;
    private final Predicate<URI> plainHttp;

    ServerMetadata(URI issuer, ResponseFields fields, boolean mutualTls, Predicate<URI> plainHttp) {
        this.issuer = issuer;
        this.fields = fields;
        this.mutualTls = mutualTls;
        this.plainHttp = plainHttp;
    }

    URI issuer() {
        return issuer;
    }

    /** Returns the endpoint where users log in (RFC 6749 section 3.1); null if the metadata names none. */
    @Nullable URI authorizationEndpoint() {
        return fields.text(AUTHORIZATION) == null ? null : checked(AUTHORIZATION, false);
    }

    /** Returns an endpoint that the server may not have; null if the metadata does not name it. */
    @Nullable URI optionalEndpoint(String member) {
        return fields.text(member) == null ? null : endpoint(member);
    }

    /** Whether the metadata has this member, and it is true. */
    boolean states(String member) {
        return "true".equals(fields.value(member).anyText());
    }

    /**
     * Returns the endpoint that a member names.
     *
     * @throws dev.tokensidecar.token.RefreshFailure.Misconfigured if no client may use it, or there is none
     */
    URI endpoint(String member) {
        return checked(member, mutualTls);
    }

    private URI checked(String member, boolean mutualTls) {
        URI endpoint = usable(address(member, mutualTls));
        if (endpoint == null || (mutualTls && ServerEndpoint.isPlainHttp(endpoint))) {
            throw IssuerMetadata.misconfigured(
                    "the metadata of %s names no usable %s: configure it".formatted(issuer, member));
        }
        requireNoDowngrade(member, endpoint);
        return endpoint;
    }

    private static @Nullable URI usable(@Nullable String address) {
        URI endpoint = UriText.read(address);
        return endpoint != null && ServerEndpoint.usable(endpoint) ? endpoint : null;
    }

    /**
     * Rejects an endpoint without TLS if the issuer has TLS: an https issuer promises that credentials travel encrypted.
     * An http issuer promises nothing.
     */
    private void requireNoDowngrade(String member, URI endpoint) {
        if (ServerEndpoint.isPlainHttp(endpoint) && !ServerEndpoint.isPlainHttp(issuer) && !plainHttp.test(endpoint)) {
            throw IssuerMetadata.misconfigured((member.equals(DiscoveredEndpoint.JWKS)
                            ? "the metadata of %s names a %s without TLS, so that others could replace the keys: have"
                                    + " the metadata corrected"
                            : "the metadata of %s names a %s without TLS, which would expose credentials: have the"
                                    + " metadata corrected, or, if other means encrypt the connection, set"
                                    + " authorization-server.allow-plain-http-endpoints=true")
                    .formatted(issuer, member));
        }
    }

    private @Nullable String address(String member, boolean mutualTls) {
        String alias = mutualTls ? fields.text("mtls_endpoint_aliases", member) : null;
        return alias == null ? fields.text(member) : alias;
    }
}
