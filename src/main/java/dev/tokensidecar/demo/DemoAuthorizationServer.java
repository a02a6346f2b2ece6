package dev.tokensidecar.demo;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A small but real OAuth 2.0 authorization server on 127.0.0.1, with faults on demand.
 *
 * <p>Safe for use by many threads. {@link #start}, {@link #close} and the {@code await} methods block, so they must not
 * be called on an event loop.
 */
public final class DemoAuthorizationServer implements AutoCloseable {

    private static final String ADDRESS = "127.0.0.1";
    private static final Duration SECOND_TRY = Duration.ofMillis(100);
    private static final long MAX_BODY_BYTES = 64 * 1024;

    private final DemoOptions options;
    private final HttpServer http;
    private final FaultQueue faults = new FaultQueue();
    private final HeldRequests held = new HeldRequests();
    private final Recorder recorder = new Recorder();
    private final AccessTokens accessTokens = new AccessTokens();
    private final TokenFamilies families;
    private final ClientRegistry clients;

    private DemoAuthorizationServer(Vertx vertx, DemoOptions options) {
        this.options = options;
        this.http = vertx.createHttpServer(new HttpServerOptions()
                .setHttp2ClearTextEnabled(false)
                .setSsl(options.certificate() != null)
                .setKeyCertOptions(options.certificate()));
        RandomValues values = new RandomValues();
        this.families = new TokenFamilies(
                new TokenFamilies.Rules(options.rotation(), options.grace(), options.refreshTokenLife()), values::next);
        this.clients = new ClientRegistry(options.clientSecrets(), options.publicClients());
        AccessTokenIssuer jwts = issuer(IssuedTokenFormat.jwt(this::issuer, values::next));
        AccessTokenIssuer usual = options.jwt() ? jwts : issuer(IssuedTokenFormat.opaque(values::next));
        http.requestHandler(router(
                vertx,
                new TokenEndpoint(clients, families, usual, options),
                new CustomRefreshEndpoint(families, jwts, options.clock())));
    }

    /** Starts a server and returns once its port is open. */
    public static DemoAuthorizationServer start(Vertx vertx, DemoOptions options) {
        DemoAuthorizationServer server = new DemoAuthorizationServer(vertx, options);
        Blocking.join(server.listen(vertx), "listen on port " + options.port());
        return server;
    }

    /** What it calls itself, and where its discovery documents are unless {@link DemoOptions#issuer} says otherwise. */
    public String issuer() {
        String scheme = options.certificate() == null ? "http://" : "https://";
        return options.issuer() == null ? scheme + ADDRESS + ":" + http.actualPort() : options.issuer();
    }

    /** The address of the token endpoint. */
    public String tokenEndpoint() {
        return issuer() + Discovery.TOKEN_PATH;
    }

    /** The address of the endpoint that gives access tokens without OAuth. */
    public String refreshEndpoint() {
        return issuer() + CustomRefreshEndpoint.PATH;
    }

    /** The port it listens on. */
    public int port() {
        return http.actualPort();
    }

    /** Logs a user in with the confidential demo client and returns the first refresh token of the new family. */
    public String newSession() {
        return newSession(DemoOptions.CLIENT_ID);
    }

    /** Logs a user in with this client and returns the first refresh token of the new family. */
    public String newSession(String clientId) {
        return families.open(clientId, options.scope(), options.clock().instant());
    }

    /** Ends the session that this refresh token belongs to; its access tokens end as well. */
    public void killSession(String refreshToken) {
        families.revoke(refreshToken);
    }

    /** Ends all sessions there are. */
    public void killAllSessions() {
        families.revokeAll();
    }

    /** Revokes all access tokens issued so far; the sessions live on. */
    public void revokeAccessTokens() {
        accessTokens.revokeAll();
    }

    /** The latest access tokens with their ends, expired and revoked ones too. */
    public Map<String, Instant> accessTokens() {
        return accessTokens.ends();
    }

    /** Every refresh token that was ever issued. */
    public Set<String> refreshTokens() {
        return families.all();
    }

    /** Gives a confidential client another secret; the old one is wrong from now on. */
    public void changeClientSecret(String clientId, String secret) {
        clients.changeSecret(clientId, secret);
    }

    /** The faults to come. */
    public FaultQueue faults() {
        return faults;
    }

    /** Waits until so many token requests are held at once. */
    public void awaitHeld(int requests) {
        held.await(requests);
    }

    /** Lets all held token requests go on. */
    public void release() {
        held.release();
    }

    /** Waits until so many token requests, counted from the start, have arrived. */
    public void awaitArrived(int requests) {
        recorder.awaitArrived(requests);
    }

    /** Waits until so many token requests, counted from the start, were answered, reset or abandoned by their client. */
    public void awaitEnded(int requests) {
        recorder.awaitEnded(requests);
    }

    /** The latest token requests, the oldest first. */
    public List<RecordedRequest> requests() {
        return recorder.requests();
    }

    /** The refresh tokens those requests presented, in the same order. */
    public List<String> presentedRefreshTokens() {
        return recorder.presentedRefreshTokens();
    }

    /** The counters. */
    public Stats stats() {
        return recorder.stats(families.reuseDetections());
    }

    /** Closes the port and all connections; held requests get no answer. */
    @Override
    public void close() {
        Blocking.join(http.close(), "close");
    }

    /** A closed server socket keeps its port until its selector comes round once more, hence the second try. */
    private Future<HttpServer> listen(Vertx vertx) {
        return http.listen(options.port(), ADDRESS)
                .recover(taken -> vertx.timer(SECOND_TRY.toMillis(), TimeUnit.MILLISECONDS)
                        .compose(later -> http.listen(options.port(), ADDRESS)));
    }

    private AccessTokenIssuer issuer(IssuedTokenFormat format) {
        return new AccessTokenIssuer(accessTokens, format, options.accessTokenLife());
    }

    private Router router(Vertx vertx, GrantEndpoint... endpoints) {
        Router router = Router.router(vertx);
        router.post().handler(BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES));
        HandledRequest.Surroundings around = new HandledRequest.Surroundings(vertx, recorder, held, options.clock());
        for (GrantEndpoint endpoint : endpoints) {
            router.post(endpoint.path())
                    .handler(exchange -> HandledRequest.start(around, endpoint, exchange, faults.take()));
        }
        new Discovery(this::issuer).mount(router);
        new ProtectedApi(accessTokens, families, options.clock()).mount(router);
        new AdminApi(this).mount(router);
        return router;
    }
}
