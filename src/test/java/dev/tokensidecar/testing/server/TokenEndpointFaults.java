package dev.tokensidecar.testing.server;

import static java.time.Duration.ofSeconds;

import dev.tokensidecar.demo.Fault;
import java.util.List;

/** All faults of a token endpoint, with the refresh token in the response where possible. */
public final class TokenEndpointFaults {

    public static final List<Fault> ALL = List.of(
            Fault.status(503).retryAfter(ofSeconds(60)),
            Fault.status(429),
            Fault.status(502),
            Fault.garbage(),
            Fault.empty(200),
            Fault.empty(400),
            Fault.reset(),
            Fault.oversized(),
            Fault.redirect("http://127.0.0.1:1/elsewhere"),
            Fault.error(401, "invalid_client"),
            Fault.error(400, "invalid_scope"),
            Fault.error(200, "bad_refresh_token"),
            Fault.echo(400, "invalid_request"),
            Fault.echo(503, "temporarily_unavailable"),
            Fault.echo(400, "invalid_grant"),
            Fault.reply(200, "application/json", "{\"access_token\": \"" + Fault.PRESENTED),
            Fault.reply(
                    200,
                    "application/json",
                    "{\"access_token\": \"not-of-this-server\", \"expires_in\": \"" + Fault.PRESENTED + "\"}"),
            Fault.reply(400, "text/plain", Fault.PRESENTED),
            Fault.without("access_token"),
            Fault.with("token_type", "mac"),
            Fault.truncated());

    private TokenEndpointFaults() {}
}
