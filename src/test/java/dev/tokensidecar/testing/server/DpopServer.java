package dev.tokensidecar.testing.server;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A token endpoint at {@code /token} and an API below {@code /api}, which bind tokens to keys (RFC 9449). Refresh tokens can
 * be used once; those of a client without {@code Authorization} are bound, too.
 */
public final class DpopServer implements AutoCloseable {

    private static final String SCHEME = "DPoP ";

    private final Vertx vertx = Vertx.vertx();
    private final ProofVerifier tokenProofs = new ProofVerifier();
    private final ProofVerifier apiProofs = new ProofVerifier();
    private final Map<String, String> accessTokens = new ConcurrentHashMap<>();
    private final Map<String, String> refreshTokens = new ConcurrentHashMap<>();
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final List<String> rejections = new CopyOnWriteArrayList<>();
    private final AtomicInteger issued = new AtomicInteger();
    private final HttpServer server;
    private volatile boolean binding = true;
    private volatile int rejectionStatus = 400;

    /** A request, with the answer that it got. */
    public record Received(String path, MultiMap headers, MultiMap form, int status) {}

    public DpopServer() {
        try {
            server = vertx.createHttpServer()
                    .requestHandler(this::handle)
                    .listen(0, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the address of a path. */
    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.actualPort() + path);
    }

    /** Opens a session without a proof, so that its refresh token is bound to no key. */
    public String newSession() {
        return refreshToken("");
    }

    /** Opens a session that is bound to the key with this thumbprint. */
    public String newSession(String thumbprint) {
        return refreshToken(thumbprint);
    }

    /** Issues bearer tokens from now on, as a server without DPoP does. */
    public void ignoreProofs() {
        binding = false;
    }

    /** Demands this nonce at the token endpoint from now on. */
    public void demandAtTokenEndpoint(String nonce) {
        demandAtTokenEndpoint(nonce, nonce);
    }

    /** Demands a nonce at the token endpoint from now on, and sends another one to clients. */
    public void demandAtTokenEndpoint(String nonce, String sent) {
        tokenProofs.demand(nonce, sent);
    }

    /** Demands this nonce at the API from now on. */
    public void demandAtApi(String nonce) {
        apiProofs.demand(nonce, nonce);
    }

    /** Answers to wrong proofs at the token endpoint with 401 from now on. */
    public void rejectWith401() {
        rejectionStatus = 401;
    }

    /** Rejects all access tokens issued so far. */
    public void revokeAccessTokens() {
        accessTokens.clear();
    }

    /** Returns the requests to this path so far. */
    public List<Received> received(String path) {
        return received.stream().filter(one -> one.path().equals(path)).toList();
    }

    /** Returns why requests were rejected so far. */
    public List<String> rejections() {
        return List.copyOf(rejections);
    }

    /** Returns the thumbprints of the keys that valid access tokens are bound to. */
    public List<String> boundTo() {
        return accessTokens.values().stream().distinct().toList();
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void handle(HttpServerRequest request) {
        request.setExpectMultipart("/token".equals(request.path()));
        var unused = request.endHandler(read -> {
            if ("/token".equals(request.path())) {
                grant(request);
            } else {
                serve(request);
            }
        });
    }

    private void grant(HttpServerRequest request) {
        try {
            String thumbprint =
                    binding ? tokenProofs.verifyTokenRequest(request.headers().getAll("DPoP"), uri("/token")) : "";
            String presented = request.getFormAttribute("refresh_token");
            if (presented != null && !mayUse(presented, thumbprint)) {
                answer(request, 400, tokenProofs, new JsonObject().put("error", "invalid_grant"));
                return;
            }
            boolean isPublic = request.getHeader("Authorization") == null;
            JsonObject tokens = new JsonObject()
                    .put("access_token", accessToken(thumbprint))
                    .put("token_type", binding ? "dpop" : "Bearer")
                    .put("expires_in", 600);
            if (presented != null) {
                refreshTokens.remove(presented);
                tokens.put("refresh_token", refreshToken(isPublic ? thumbprint : ""));
            }
            answer(request, 200, tokenProofs, tokens);
        } catch (ProofVerifier.Rejected wrong) {
            rejections.add(wrong.error() + ": " + wrong.getMessage());
            answer(request, rejectionStatus, tokenProofs, new JsonObject().put("error", wrong.error()));
        }
    }

    private boolean mayUse(String refreshToken, String thumbprint) {
        String bound = refreshTokens.get(refreshToken);
        return bound != null && (bound.isEmpty() || bound.equals(thumbprint));
    }

    private String accessToken(String thumbprint) {
        String token = "access-token-" + issued.incrementAndGet();
        accessTokens.put(token, thumbprint);
        return token;
    }

    private String refreshToken(String thumbprint) {
        String token = "refresh-token-" + issued.incrementAndGet();
        refreshTokens.put(token, thumbprint);
        return token;
    }

    private void serve(HttpServerRequest request) {
        String authorization = String.valueOf(request.getHeader("Authorization"));
        String token = authorization.startsWith(SCHEME) ? authorization.substring(SCHEME.length()) : "";
        String thumbprint = accessTokens.get(token);
        if (thumbprint == null) {
            challenge(request, "invalid_token");
            return;
        }
        try {
            apiProofs.verifyApiRequest(
                    request.headers().getAll("DPoP"),
                    request.method().name(),
                    URI.create(request.absoluteURI()),
                    token,
                    thumbprint);
            answer(request, 200, apiProofs, new JsonObject().put("served", request.uri()));
        } catch (ProofVerifier.Rejected wrong) {
            rejections.add(wrong.error() + ": " + wrong.getMessage());
            challenge(request, wrong.error());
        }
    }

    private void challenge(HttpServerRequest request, String error) {
        request.response().putHeader("WWW-Authenticate", "DPoP algs=\"ES256 EdDSA\", error=\"" + error + "\"");
        answer(request, 401, apiProofs, new JsonObject().put("error", error));
    }

    private void answer(HttpServerRequest request, int status, ProofVerifier proofs, JsonObject body) {
        received.add(new Received(
                String.valueOf(request.path()),
                MultiMap.caseInsensitiveMultiMap().addAll(request.headers()),
                MultiMap.caseInsensitiveMultiMap().addAll(request.formAttributes()),
                status));
        @Nullable String nonce = proofs.offered();
        if (nonce != null) {
            request.response().putHeader("DPoP-Nonce", nonce);
        }
        var unused = request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(body.encode());
    }
}
