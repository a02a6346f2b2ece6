package dev.tokensidecar.oauth2;

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
 * An endpoint that an issuer's metadata names: OpenID Connect Discovery first, since most servers have it, then
 * RFC 8414. What was found is kept until it is said to be wrong; a failure is not kept.
 */
public final class DiscoveredEndpoint implements Endpoint {

    /** The token endpoint's name in the metadata. */
    public static final String TOKEN = "token_endpoint";

    /** The device authorization endpoint's. */
    public static final String DEVICE_AUTHORIZATION = "device_authorization_endpoint";

    private static final Scrubber SCRUBBER = new Scrubber(List.of());

    private final URI issuer;
    private final String member;
    private final HttpTransport transport;
    private final InstantSource clock;
    private final boolean mutualTls;
    private final Predicate<URI> plainHttp;
    private final AtomicReference<@Nullable URI> found = new AtomicReference<>();

    /**
     * @param issuer exactly as the authorization server names itself (RFC 8414 section 2)
     * @param member the name of the endpoint in the metadata (RFC 8414 section 2, RFC 8628 section 4)
     * @param mutualTls whether the client shows a certificate, for which there may be another address (RFC 8705 section 5)
     * @param plainHttp whether an issuer with TLS may name this endpoint without; asked each time its metadata is read
     * @throws IllegalArgumentException if this is no issuer
     */
    public DiscoveredEndpoint(
            URI issuer,
            String member,
            HttpTransport transport,
            InstantSource clock,
            boolean mutualTls,
            Predicate<URI> plainHttp) {
        if (!Endpoint.usable(issuer) || issuer.getRawQuery() != null) {
            throw new IllegalArgumentException(
                    "an issuer is an http or https address with a host, without user name, query and fragment");
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
            URI known = found.get();
            return known == null
                    ? discover().onItem().invoke(found::set)
                    : Uni.createFrom().item(known);
        });
    }

    @Override
    public void forget() {
        found.set(null);
    }

    /** {@code <issuer>/.well-known/openid-configuration} (OpenID Connect Discovery section 4). */
    URI openIdConfiguration() {
        return issuer.resolve(path() + "/.well-known/openid-configuration");
    }

    /** The well-known part comes between host and path (RFC 8414 section 3). */
    URI oauthMetadata() {
        return issuer.resolve("/.well-known/oauth-authorization-server" + path());
    }

    private String path() {
        String path = issuer.getRawPath();
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private Uni<URI> discover() {
        return fetch(openIdConfiguration()).flatMap(answer -> {
            AnswerFields metadata = metadata(answer);
            return metadata == null
                    ? fetch(oauthMetadata()).map(this::fromLastResort)
                    : Uni.createFrom().item(endpoint(metadata));
        });
    }

    /** Metadata is asked for before anything is sent that matters, so no failure here is in doubt. */
    private Uni<HttpAnswer> fetch(URI address) {
        return transport
                .get(address)
                .onFailure(RefreshFailure.class)
                .transform(failure -> new Unavailable(failure.error(), failure.detail(), false, false, null))
                .onItem()
                .invoke(this::requireAvailable);
    }

    private void requireAvailable(HttpAnswer answer) {
        if (answer.status() >= 500 || answer.status() == 408 || answer.status() == 429) {
            throw unavailable(
                    "the issuer's metadata is not available now: " + answer.status(),
                    answer.status() == 429,
                    HttpDates.retryAfter(answer, clock.instant()));
        }
    }

    private URI fromLastResort(HttpAnswer answer) {
        AnswerFields metadata = metadata(answer);
        if (metadata != null) {
            return endpoint(metadata);
        }
        if (answer.success()) {
            throw unavailable("the issuer's metadata is no JSON", false, null);
        }
        throw misconfigured("%s has no metadata (%d): configure the right issuer, or the token endpoint itself"
                .formatted(issuer, answer.status()));
    }

    private static @Nullable AnswerFields metadata(HttpAnswer answer) {
        return answer.success() ? AnswerFields.readJson(answer.body()) : null;
    }

    /** An issuer that is not the one asked for could be anybody (RFC 8414 section 3.3). */
    private URI endpoint(AnswerFields metadata) {
        String named = metadata.text("issuer");
        if (!issuer.toString().equals(named)) {
            throw misconfigured("the issuer %s calls itself %s: configure the issuer exactly as it calls itself"
                    .formatted(issuer, named == null ? "nothing" : SCRUBBER.scrub(named)));
        }
        URI endpoint = usable(address(metadata));
        if (endpoint == null || (mutualTls && Endpoint.isPlainHttp(endpoint))) {
            throw misconfigured("the metadata of %s names no usable %s: configure it".formatted(issuer, member));
        }
        requireNoDowngrade(endpoint);
        return endpoint;
    }

    private static @Nullable URI usable(@Nullable String address) {
        try {
            URI endpoint = URI.create(address == null ? "" : address);
            return Endpoint.usable(endpoint) ? endpoint : null;
        } catch (IllegalArgumentException noAddress) {
            return null;
        }
    }

    /**
     * Whoever configures an issuer with TLS counts on it for all that is sent in its name. An issuer without TLS promises
     * nothing that could be taken back.
     */
    private void requireNoDowngrade(URI endpoint) {
        if (Endpoint.isPlainHttp(endpoint) && !Endpoint.isPlainHttp(issuer) && !plainHttp.test(endpoint)) {
            throw misconfigured(
                    ("the metadata of %s names a %s without TLS, where credentials would be sent in the clear:"
                                    + " have the metadata corrected, or, on a path that is encrypted by other means, allow it with"
                                    + " authorization-server.allow-plain-http-endpoints=true")
                            .formatted(issuer, member));
        }
    }

    private @Nullable String address(AnswerFields metadata) {
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
