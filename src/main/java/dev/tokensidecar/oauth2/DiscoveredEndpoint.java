package dev.tokensidecar.oauth2;

import dev.tokensidecar.oauth2.http.HttpTransport;
import dev.tokensidecar.oauth2.http.InboundResponse;
import dev.tokensidecar.oauth2.http.Redactor;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import dev.tokensidecar.token.RefreshFailure.Unavailable;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint that an issuer's metadata names. Tries OpenID Connect Discovery first, since most servers have it, then
 * RFC 8414. Keeps the result until {@link #invalidate()}; does not keep failures.
 */
public final class DiscoveredEndpoint implements ServerEndpoint {

    /** The metadata member for the token endpoint. */
    public static final String TOKEN = "token_endpoint";

    /** The metadata member for the device authorization endpoint. */
    public static final String DEVICE_AUTHORIZATION = "device_authorization_endpoint";

    /** The metadata member for the keys of the issuer. */
    public static final String JWKS = "jwks_uri";

    /** The metadata member for the introspection endpoint. */
    public static final String INTROSPECTION = "introspection_endpoint";

    private static final Redactor REDACTOR = new Redactor(List.of());

    private final URI issuer;
    private final String member;
    private final HttpTransport transport;
    private final InstantSource clock;
    private final boolean mutualTls;
    private final Predicate<URI> plainHttp;
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
        if (!ServerEndpoint.usable(issuer) || issuer.getRawQuery() != null) {
            throw new IllegalArgumentException(
                    "an issuer must be an http or https URL with a host and without user name, query or fragment");
        }
        this.issuer = issuer;
        this.member = member;
        this.transport = transport;
        this.clock = clock;
        this.mutualTls = mutualTls;
        this.plainHttp = plainHttp;
    }

    @Override
    public Uni<URI> locate() {
        return Uni.createFrom().deferred(() -> {
            URI known = discovered.get();
            return known == null
                    ? discover().onItem().invoke(discovered::set)
                    : Uni.createFrom().item(known);
        });
    }

    @Override
    public void invalidate() {
        discovered.set(null);
    }

    /** {@code <issuer>/.well-known/openid-configuration} (OpenID Connect Discovery section 4). */
    URI openIdConfiguration() {
        return issuer.resolve(path() + "/.well-known/openid-configuration");
    }

    /** Inserts the well-known part between host and path (RFC 8414 section 3). */
    URI oauthMetadata() {
        return issuer.resolve("/.well-known/oauth-authorization-server" + path());
    }

    private String path() {
        String path = issuer.getRawPath();
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private Uni<URI> discover() {
        return fetch(openIdConfiguration()).flatMap(response -> {
            ResponseFields metadata = metadata(response);
            return metadata == null
                    ? fetch(oauthMetadata()).map(this::fromOauthMetadata)
                    : Uni.createFrom().item(endpoint(metadata));
        });
    }

    /** Discovery comes before the request with the refresh token, so none of its failures is in doubt. */
    private Uni<InboundResponse> fetch(URI address) {
        return transport
                .get(address)
                .invoke(InboundResponse::requireComplete)
                .onFailure(RefreshFailure.class)
                .transform(failure -> new Unavailable(failure.error(), failure.detail(), false, false, null))
                .onItem()
                .invoke(this::requireAvailable);
    }

    private void requireAvailable(InboundResponse response) {
        if (response.status() >= 500 || response.status() == 408 || response.status() == 429) {
            throw unavailable(
                    "the issuer's metadata is unavailable, status " + response.status(),
                    response.status() == 429,
                    HttpDates.retryAfter(response, clock.instant()));
        }
    }

    private URI fromOauthMetadata(InboundResponse response) {
        ResponseFields metadata = metadata(response);
        if (metadata != null) {
            return endpoint(metadata);
        }
        if (response.success()) {
            throw unavailable("the issuer's metadata is not JSON", false, null);
        }
        throw misconfigured("%s has no metadata (%d): correct the issuer, or configure the token endpoint"
                .formatted(issuer, response.status()));
    }

    private static @Nullable ResponseFields metadata(InboundResponse response) {
        return response.success() ? ResponseFields.readJson(response.body()) : null;
    }

    /** Rejects the metadata of another issuer, which could be anybody's (RFC 8414 section 3.3). */
    private URI endpoint(ResponseFields metadata) {
        String named = metadata.text("issuer");
        if (!issuer.toString().equals(named)) {
            throw misconfigured("the metadata of %s states the issuer %s: configure the issuer exactly as stated there"
                    .formatted(issuer, named == null ? "(none)" : REDACTOR.redact(named)));
        }
        URI endpoint = usable(address(metadata));
        if (endpoint == null || (mutualTls && ServerEndpoint.isPlainHttp(endpoint))) {
            throw misconfigured("the metadata of %s names no usable %s: configure it".formatted(issuer, member));
        }
        requireNoDowngrade(endpoint);
        return endpoint;
    }

    private static @Nullable URI usable(@Nullable String address) {
        try {
            URI endpoint = URI.create(address == null ? "" : address);
            return ServerEndpoint.usable(endpoint) ? endpoint : null;
        } catch (IllegalArgumentException invalid) {
            return null;
        }
    }

    /**
     * Rejects an endpoint without TLS if the issuer has TLS: an https issuer promises that credentials travel encrypted.
     * An http issuer promises nothing.
     */
    private void requireNoDowngrade(URI endpoint) {
        if (ServerEndpoint.isPlainHttp(endpoint) && !ServerEndpoint.isPlainHttp(issuer) && !plainHttp.test(endpoint)) {
            throw misconfigured((member.equals(JWKS)
                            ? "the metadata of %s names a %s without TLS, so that others could replace the keys: have"
                                    + " the metadata corrected"
                            : "the metadata of %s names a %s without TLS, which would expose credentials: have the"
                                    + " metadata corrected, or, if other means encrypt the connection, set"
                                    + " authorization-server.allow-plain-http-endpoints=true")
                    .formatted(issuer, member));
        }
    }

    private @Nullable String address(ResponseFields metadata) {
        String alias = mutualTls ? metadata.text("mtls_endpoint_aliases", member) : null;
        return alias == null ? metadata.text(member) : alias;
    }

    private static Unavailable unavailable(String message, boolean throttled, @Nullable Duration retryAfter) {
        return new Unavailable("discovery_failed", message, false, throttled, retryAfter);
    }

    private static Misconfigured misconfigured(String message) {
        return new Misconfigured("discovery_failed", message);
    }
}
