package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.InvalidGrant;
import dev.tokensidecar.token.TokenResponse;
import io.smallrye.mutiny.Uni;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The device authorization grant (RFC 8628), one request at a time: the first gets a code for a person, each further one
 * asks whether that person has approved. Until then all of them fail with {@link RefreshFailure.AuthorizationPending}.
 */
final class DeviceAuthorization {

    private static final String GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code";

    private final ServerEndpoint endpoint;
    private final ClientRequests requests;
    private final ResourceTarget target;
    private final TokenResponseParser tokenParser;
    private final DeviceAuthorizationParser codeParser;
    private final InstantSource clock;
    private final AtomicReference<@Nullable DeviceCode> current = new AtomicReference<>();

    DeviceAuthorization(
            ServerEndpoint endpoint,
            ClientRequests requests,
            ResourceTarget target,
            TokenResponseParser tokenParser,
            InstantSource clock) {
        this.endpoint = endpoint;
        this.requests = requests;
        this.target = target;
        this.tokenParser = tokenParser;
        this.codeParser = new DeviceAuthorizationParser();
        this.clock = clock;
    }

    Uni<TokenResponse> tokens() {
        return Uni.createFrom().deferred(() -> {
            DeviceCode code = current.get();
            return code == null || code.isOver(clock.instant()) ? ask() : poll(code);
        });
    }

    private Uni<TokenResponse> ask() {
        return requests.to(endpoint, target::addTo, codeParser).flatMap(this::pending);
    }

    private Uni<TokenResponse> pending(DeviceCode code) {
        current.set(code);
        return Uni.createFrom().failure(code.pending());
    }

    private Uni<TokenResponse> poll(DeviceCode code) {
        return requests.toTokenEndpoint(
                        form -> {
                            form.add("grant_type", GRANT_TYPE);
                            form.add("device_code", code.value());
                        },
                        tokenParser)
                .invoke(() -> current.set(null))
                .onFailure(RefreshFailure.class)
                .recoverWithUni(refusal -> refused(refusal, code));
    }

    /** RFC 8628 section 3.5, and what Entra says for {@code access_denied}. */
    private Uni<TokenResponse> refused(RefreshFailure refusal, DeviceCode code) {
        return switch (refusal.error()) {
            case "authorization_pending" -> pending(code);
            case "slow_down" -> pending(code.slower());
            case "expired_token", "invalid_grant" -> ask();
            case "access_denied", "authorization_declined" -> {
                current.set(null);
                yield Uni.createFrom()
                        .failure(new InvalidGrant(refusal.error(), refusal.detail() + "; somebody has said no"));
            }
            default -> Uni.createFrom().failure(refusal);
        };
    }
}
