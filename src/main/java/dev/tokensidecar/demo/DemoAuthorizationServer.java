package dev.tokensidecar.demo;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A small but real OAuth 2.0 authorization server, with faults on demand.
 *
 * <p>Thread-safe. {@link #start}, {@link #close} and the {@code await} methods block and must not be called on an event
 * loop.
 */
public final class DemoAuthorizationServer implements AutoCloseable {

    private static final Duration RETRY_DELAY = Duration.ofMillis(100);
    private static final long MAX_BODY_BYTES = 64 * 1024;

    private final DemoOptions options;
    private final HttpServer http;
    private final FaultQueue faults = new FaultQueue();
    private final HeldRequests held = new HeldRequests();
    private final Recorder recorder = new Recorder();
    private final AccessTokens accessTokens = new AccessTokens();
    private final TokenFamilies families;
    private final ClientRegistry clients;
    private final IntrospectionEndpoint introspection;

    private DemoAuthorizationServer(Vertx vertx, DemoOptions options) {
        this.options = options;
        this.http = vertx.createHttpServer(new HttpServerOptions()
                .setHttp2ClearTextEnabled(false)
                .setSsl(options.certificate() != null)
                .setKeyCertOptions(options.certificate()));
        RandomValues values = new RandomValues();
        this.families = new TokenFamilies(
                new TokenFamilies.Rules(options.rotation(), options.grace(), options.refreshTokenLifetime()),
                values::next);
        this.clients = new ClientRegistry(options.clientSecrets());
        AccessTokenIssuer jwts = issuer(IssuedTokenFormat.jwt(this::issuer, values::next));
        AccessTokenIssuer standard = options.jwt() ? jwts : issuer(IssuedTokenFormat.opaque(values::next));
        ProtectedApi api = new ProtectedApi(accessTokens, families, options.clock());
        this.introspection = new IntrospectionEndpoint(clients, api, this::issuer);
        http.requestHandler(router(
                vertx,
                new UserLogin(standard, jwts, options.clock()),
                api,
                new TokenEndpoint(
                        clients,
                        new AssertionVerifier(
                                options.assertionKeys(), () -> Set.of(issuer(), tokenEndpoint()), options.clock()),
                        new IdentityAssertions(values::next),
                        families,
                        accessTokens,
                        standard,
                        new IdTokens(this::issuer),
                        options.clock()),
                new CustomRefreshEndpoint(families, jwts, options.clock())));
    }

    /** Starts a server and returns once its port is open. */
    public static DemoAuthorizationServer start(Vertx vertx, DemoOptions options) {
        DemoAuthorizationServer server = new DemoAuthorizationServer(vertx, options);
        Blocking.join(server.listen(vertx), "listen on port " + options.port());
        return server;
    }

    /** Returns the issuer: an address of this machine, where its discovery documents are, unless {@link DemoOptions#issuer} sets another one. */
    public String issuer() {
        String scheme = options.certificate() == null ? "http://" : "https://";
        return options.issuer() == null ? scheme + DemoOptions.LOOPBACK + ":" + http.actualPort() : options.issuer();
    }

    public String tokenEndpoint() {
        return issuer() + Discovery.TOKEN_PATH;
    }

    /** Returns the URL of the endpoint that issues access tokens without OAuth. */
    public String refreshEndpoint() {
        return issuer() + CustomRefreshEndpoint.PATH;
    }

    /** Returns the port that the server listens on. */
    public int port() {
        return http.actualPort();
    }

    /** Logs a user in with the confidential demo client and returns the first refresh token of the new family. */
    public String newSession() {
        return newSession(DemoOptions.CLIENT_ID);
    }

    /** Logs a user in with this client and returns the first refresh token of the new family. */
    public String newSession(String clientId) {
        return families.open(clientId, DemoOptions.SCOPE, options.clock().instant());
    }

    /**
     * Logs a user in with the confidential demo client, and leaves the first refresh token of the new family in {@link
     * DemoOptions#refreshTokenFile}.
     *
     * @return whether there is such a file; without it, nobody can use the session
     */
    boolean logIn() throws IOException {
        return leave(newSession());
    }

    /** Logs a user in like {@link #logIn()}. This is the first refresh token of the new family. */
    boolean logIn(String refreshToken) throws IOException {
        families.open(
                refreshToken,
                DemoOptions.CLIENT_ID,
                DemoOptions.SCOPE,
                options.clock().instant());
        return leave(refreshToken);
    }

    private boolean leave(String refreshToken) throws IOException {
        Path file = options.refreshTokenFile();
        if (file != null) {
            SecretFileWriter.write(file, refreshToken);
        }
        return file != null;
    }

    /** Revokes the session of this refresh token, with its access tokens. */
    public void killSession(String refreshToken) {
        families.revoke(refreshToken);
    }

    /** Revokes all sessions. */
    public void killAllSessions() {
        families.revokeAll();
    }

    /** Revokes all access tokens issued so far; the sessions remain. */
    public void revokeAccessTokens() {
        accessTokens.revokeAll();
    }

    /** Returns the latest access tokens with their expiry, including expired and revoked ones. */
    public Map<String, Instant> accessTokens() {
        return accessTokens.expiries();
    }

    /** Returns every refresh token ever issued. */
    public Set<String> refreshTokens() {
        return families.all();
    }

    /** Replaces the secret of a confidential client; the old one stops working. */
    public void changeClientSecret(String clientId, String secret) {
        clients.changeSecret(clientId, secret);
    }

    /** Returns the queue of faults for the next requests. */
    public FaultQueue faults() {
        return faults;
    }

    /** Waits until this many token requests are held at the same time. */
    public void awaitHeld(int requests) {
        held.await(requests);
    }

    /** Releases all held token requests. */
    public void release() {
        held.release();
    }

    /** Waits until this many token requests have arrived, counted from the start. */
    public void awaitArrived(int requests) {
        recorder.awaitArrived(requests);
    }

    /** Waits until this many token requests have ended, counted from the start: by a response, a reset or the client. */
    public void awaitEnded(int requests) {
        recorder.awaitEnded(requests);
    }

    /** Returns the latest token requests, the oldest first. */
    public List<RecordedRequest> requests() {
        return recorder.requests();
    }

    /** Returns the refresh tokens that those requests presented, in the same order. */
    public List<String> presentedRefreshTokens() {
        return recorder.presentedRefreshTokens();
    }

    /** Returns the number of requests to the introspection endpoint so far. */
    public int introspections() {
        return introspection.requests();
    }

    public Stats stats() {
        return recorder.stats(families.reuseDetections());
    }

    /** Closes the port and all connections; held requests get no response. */
    @Override
    public void close() {
        Blocking.join(http.close(), "close");
    }

    /** Tries twice: a closed server socket keeps its port until its selector runs once more. */
    private Future<HttpServer> listen(Vertx vertx) {
        return http.listen(options.port(), options.address())
                .recover(taken -> vertx.timer(RETRY_DELAY.toMillis(), TimeUnit.MILLISECONDS)
                        .compose(later -> http.listen(options.port(), options.address())));
    }

    private AccessTokenIssuer issuer(IssuedTokenFormat format) {
        return new AccessTokenIssuer(accessTokens, format, options.accessTokenLifetime());
    }

    private Router router(Vertx vertx, UserLogin login, ProtectedApi api, GrantEndpoint... endpoints) {
        Router router = Router.router(vertx);
        router.post().handler(BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES));
        HandledRequest.Environment environment = new HandledRequest.Environment(vertx, recorder, held, options.clock());
        for (GrantEndpoint endpoint : endpoints) {
            router.post(endpoint.path())
                    .handler(exchange -> HandledRequest.start(environment, endpoint, exchange, faults.take()));
        }
        new Discovery(this::issuer).mount(router);
        api.mount(router);
        introspection.mount(router);
        login.mount(router);
        new AdminApi(this).mount(router);
        return router;
    }
}
