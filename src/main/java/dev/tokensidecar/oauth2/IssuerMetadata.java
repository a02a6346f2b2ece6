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
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the metadata of an issuer. Tries OpenID Connect Discovery first, since most servers have it, then RFC 8414. Keeps
 * nothing.
 */
public final class IssuerMetadata {

    private static final Redactor REDACTOR = new Redactor(List.of());

    private final URI issuer;
    private final HttpTransport transport;
    private final InstantSource clock;
    private final boolean mutualTls;
    private final Predicate<URI> plainHttp;

    /**
     * @param issuer exactly as the metadata states it (RFC 8414 section 2)
     * @param mutualTls whether the client presents a certificate; the metadata may have aliases for that (RFC 8705
     *     section 5)
     * @param plainHttp whether an issuer with TLS may name this endpoint without TLS; evaluated at each discovery
     * @throws IllegalArgumentException if the issuer is not a usable URL
     */
    public IssuerMetadata(
            URI issuer, HttpTransport transport, InstantSource clock, boolean mutualTls, Predicate<URI> plainHttp) {
        if (!ServerEndpoint.usable(issuer) || issuer.getRawQuery() != null) {
            throw new IllegalArgumentException(
                    "an issuer must be an http or https URL with a host and without user name, query or fragment");
        }
        this.issuer = issuer;
        this.transport = transport;
        this.clock = clock;
        this.mutualTls = mutualTls;
        this.plainHttp = plainHttp;
    }

    /** Fetches the document. Fails only with a {@link RefreshFailure}. */
    Uni<ServerMetadata> fetch() {
        return fetch(openIdConfiguration()).flatMap(response -> {
            ResponseFields fields = fields(response);
            return fields == null
                    ? fetch(oauthMetadata()).map(this::fromOauthMetadata)
                    : Uni.createFrom().item(ofIssuer(fields));
        });
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

    private ServerMetadata fromOauthMetadata(InboundResponse response) {
        ResponseFields fields = fields(response);
        if (fields != null) {
            return ofIssuer(fields);
        }
        if (response.success()) {
            throw unavailable("the issuer's metadata is not JSON", false, null);
        }
        throw misconfigured("%s has no metadata (%d): correct the issuer, or configure the token endpoint"
                .formatted(issuer, response.status()));
    }

    private static @Nullable ResponseFields fields(InboundResponse response) {
        return response.success() ? ResponseFields.readJson(response.body()) : null;
    }

    /** Rejects the metadata of another issuer, which could be anybody's (RFC 8414 section 3.3). */
    private ServerMetadata ofIssuer(ResponseFields fields) {
        String named = fields.text("issuer");
        if (!issuer.toString().equals(named)) {
            throw misconfigured("the metadata of %s states the issuer %s: configure the issuer exactly as stated there"
                    .formatted(issuer, named == null ? "(none)" : REDACTOR.redact(named)));
        }
        return new ServerMetadata(issuer, fields, mutualTls, plainHttp);
    }

    private static Unavailable unavailable(String message, boolean throttled, @Nullable Duration retryAfter) {
        return new Unavailable("discovery_failed", message, false, throttled, retryAfter);
    }

    /** @param message says what to do */
    static Misconfigured misconfigured(String message) {
        return Misconfigured.explained("discovery_failed", message);
    }
}
