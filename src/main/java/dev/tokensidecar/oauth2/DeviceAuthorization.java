package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.InvalidGrant;
import dev.tokensidecar.token.SuccessfulResponse;
import io.smallrye.mutiny.Uni;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The device authorization grant (RFC 8628), one request at a time. The first request gets a code for the user; each
 * further one polls whether the user has approved. Until then every request fails with
 * {@link RefreshFailure.AuthorizationPending}.
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

    Uni<SuccessfulResponse> tokens() {
        return Uni.createFrom().deferred(() -> {
            DeviceCode code = current.get();
            return code == null || code.hasExpired(clock.instant()) ? requestCode() : poll(code);
        });
    }

    private Uni<SuccessfulResponse> requestCode() {
        return requests.postTo(endpoint, target::addTo, codeParser).flatMap(this::pending);
    }

    private Uni<SuccessfulResponse> pending(DeviceCode code) {
        current.set(code);
        return Uni.createFrom().failure(code.pending());
    }

    private Uni<SuccessfulResponse> poll(DeviceCode code) {
        return requests.postToTokenEndpoint(
                        null,
                        form -> {
                            form.add("grant_type", GRANT_TYPE);
                            form.add("device_code", code.value());
                            target.addExtraParametersTo(form);
                        },
                        tokenParser)
                .invoke(() -> current.set(null))
                .onFailure(RefreshFailure.class)
                .recoverWithUni(failure -> handleError(failure, code));
    }

    /** RFC 8628 section 3.5. Entra sends {@code authorization_declined} for {@code access_denied}. */
    private Uni<SuccessfulResponse> handleError(RefreshFailure failure, DeviceCode code) {
        return switch (failure.error()) {
            case "authorization_pending" -> pending(code);
            case "slow_down" -> pending(code.withSlowDown());
            case "expired_token", "invalid_grant" -> {
                // the next request gets another code, after the interval: a server that rejects every code gets no
                // storm
                current.set(null);
                yield Uni.createFrom().failure(code.pending());
            }
            case "access_denied", "authorization_declined" -> {
                current.set(null);
                String message = failure.detail() + "; the user declined the request";
                yield Uni.createFrom().failure(new InvalidGrant(failure.error(), message));
            }
            default -> Uni.createFrom().failure(failure);
        };
    }
}
