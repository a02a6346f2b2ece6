package dev.tokensidecar.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoAuthorizationServer;
import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.egress.ProxyRules;
import dev.tokensidecar.oauth2.ClientAuthentication.ClientIdOnly;
import dev.tokensidecar.oauth2.http.HttpTransport;
import dev.tokensidecar.oauth2.http.TransportLimits;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.AuthorizationPending;
import dev.tokensidecar.token.RefreshFailure.InvalidGrant;
import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import dev.tokensidecar.token.RefreshFailure.Unavailable;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.SuccessfulResponse;
import dev.tokensidecar.token.TokenResponse;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.mutiny.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The device authorization grant, request by request, with the responses of RFC 8628. */
@Timeout(60)
class DeviceAuthorizationTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final String CODE = """
            {"device_code":"GmRhmhcxhwAzkoEqiMEg","user_code":"WDJB-MJHT","verification_uri":"https://example.com/device",
             "verification_uri_complete":"https://example.com/device?user_code=WDJB-MJHT","expires_in":1800,"interval":7}""";

    private final Vertx vertx = Vertx.vertx();
    private final DemoAuthorizationServer server =
            DemoAuthorizationServer.start(vertx.getDelegate(), DemoOptions.defaults());
    private Instant now = START;
    private final TokenEndpointClient client = new TokenEndpointClient(
            new ServerEndpoint.Fixed(URI.create(server.tokenEndpoint())),
            new ClientIdOnly(DemoOptions.PUBLIC_CLIENT_ID),
            new ResourceTarget("read offline_access", null, List.of(), Map.of("tenant", "north")),
            new Grant.DeviceCodeGrant(new ServerEndpoint.Fixed(URI.create(server.tokenEndpoint()))),
            Dialect.standard(),
            null,
            new HttpTransport(
                    vertx,
                    Runnable::run,
                    HttpClientOptions::new,
                    ProxyRules.DIRECT,
                    new TransportLimits(TIMEOUT, TIMEOUT, 1024 * 1024)),
            Runnable::run,
            () -> now);

    @AfterEach
    void stop() {
        server.close();
        vertx.closeAndAwait();
    }

    private UniAssertSubscriber<SuccessfulResponse> request(Fault... faults) {
        for (Fault fault : faults) {
            server.faults().next(fault);
        }
        return client.requestInitialGrant().subscribe().withSubscriber(UniAssertSubscriber.create());
    }

    private RefreshFailure failure(Fault... faults) {
        return (RefreshFailure) request(faults).awaitFailure(TIMEOUT).getFailure();
    }

    private AuthorizationPending pending(Fault... faults) {
        return (AuthorizationPending) failure(faults);
    }

    private static Fault json(String body) {
        return Fault.reply(200, "application/json", body);
    }

    private List<String> grantTypes() {
        return server.requests().stream()
                .map(request -> request.form().getOrDefault("grant_type", "-"))
                .map(type -> type.substring(type.lastIndexOf(':') + 1))
                .toList();
    }

    @Test
    void theFirstRequestGetsACodeForTheUser() {
        AuthorizationPending pending = pending(json(CODE));

        assertThat(pending.prompt().verificationUri()).isEqualTo("https://example.com/device");
        assertThat(pending.prompt().verificationUriComplete())
                .isEqualTo("https://example.com/device?user_code=WDJB-MJHT");
        assertThat(pending.prompt().userCode()).isEqualTo("WDJB-MJHT");
        assertThat(pending.prompt().expiresAt()).isEqualTo(START.plusSeconds(1800));
        assertThat(pending.interval()).hasSeconds(7);
        assertThat(server.requests().getFirst().form())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "client_id", DemoOptions.PUBLIC_CLIENT_ID, "scope", "read offline_access", "tenant", "north"));
    }

    @Test
    void furtherRequestsPollForApproval() {
        AuthorizationPending first = pending(json(CODE));
        AuthorizationPending second = pending(Fault.error(400, "authorization_pending"));
        TokenResponse tokens = (TokenResponse) request(json("{\"access_token\":\"a1\",\"refresh_token\":\"r1\"}"))
                .awaitItem(TIMEOUT)
                .getItem();

        assertThat(second.prompt()).isEqualTo(first.prompt());
        assertThat(tokens.refreshToken()).isEqualTo(Secret.of("r1"));
        assertThat(grantTypes()).containsExactly("-", "device_code", "device_code");
        assertThat(server.requests().getLast().form()).containsEntry("device_code", "GmRhmhcxhwAzkoEqiMEg");
    }

    /** RFC 8628 section 3.4. The code stands for what the first request has named. */
    @Test
    void aPollHasTheExtraParametersAndNamesNoTarget() {
        var first = pending(json(CODE));
        var second = pending(Fault.error(400, "authorization_pending"));

        assertThat(second.prompt()).isEqualTo(first.prompt());
        assertThat(server.requests().getLast().form())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "client_id",
                        DemoOptions.PUBLIC_CLIENT_ID,
                        "grant_type",
                        "urn:ietf:params:oauth:grant-type:device_code",
                        "device_code",
                        "GmRhmhcxhwAzkoEqiMEg",
                        "tenant",
                        "north"));
    }

    @Test
    void slowDownLengthensTheIntervalForGood() {
        var first = pending(json(CODE));
        assertThat(first.interval()).hasSeconds(7);
        assertThat(pending(Fault.error(400, "slow_down")).interval()).hasSeconds(12);
        assertThat(pending(Fault.error(400, "authorization_pending")).interval())
                .hasSeconds(12);
        assertThat(pending(Fault.error(403, "slow_down")).interval()).hasSeconds(17);
    }

    @ParameterizedTest
    @ValueSource(strings = {"expired_token", "invalid_grant"})
    void anExpiredCodeIsReplacedAfterTheInterval(String error) {
        var first = pending(json(CODE));
        AuthorizationPending expired = pending(Fault.error(400, error));
        AuthorizationPending next = pending(json(CODE.replace("WDJB-MJHT", "SECOND")));

        assertThat(expired.interval()).isEqualTo(first.interval());

        assertThat(next.prompt().userCode())
                .isNotEqualTo(first.prompt().userCode())
                .isEqualTo("SECOND");
        assertThat(grantTypes()).containsExactly("-", "device_code", "-");
    }

    @Test
    void aCodeExpiredByTheClockIsReplaced() {
        var first = pending(json(CODE));
        now = first.prompt().expiresAt();
        var second = pending(json(CODE));

        assertThat(second.prompt().expiresAt()).isEqualTo(now.plusSeconds(1800));
        assertThat(grantTypes()).containsExactly("-", "-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"access_denied", "authorization_declined"})
    void aUserWhoDeclinesIsNotAskedAgainImmediately(String error) {
        var first = pending(json(CODE));

        assertThat(failure(Fault.error(400, error)))
                .isInstanceOf(InvalidGrant.class)
                .hasMessageEndingWith("; the user declined the request");
        assertThat(pending(json(CODE)).prompt()).isEqualTo(first.prompt());
        assertThat(grantTypes()).containsExactly("-", "device_code", "-");
    }

    @Test
    void aServerErrorKeepsTheCode() {
        var first = pending(json(CODE));

        assertThat(failure(Fault.status(503))).isInstanceOf(Unavailable.class);
        assertThat(pending(Fault.error(400, "authorization_pending")).prompt()).isEqualTo(first.prompt());
    }

    @Test
    void anUnauthorizedClientIsMisconfigured() {
        assertThat(failure(Fault.error(400, "unauthorized_client"))).isInstanceOf(Misconfigured.class);
    }

    @Test
    void theDeviceCodeIsNeverShown() {
        var first = pending(json(CODE));
        RefreshFailure failure = failure(Fault.reply(
                400,
                "application/json",
                "{\"error\":\"invalid_request\",\"error_description\":\"GmRhmhcxhwAzkoEqiMEg\"}"));

        assertThat(failure.toString() + first + first.prompt()).doesNotContain("GmRhmhcxhwAzkoEqiMEg");
    }
}
