package dev.tokensidecar.demo;

import dev.tokensidecar.demo.AccessTokens.Holder;
import dev.tokensidecar.demo.AccessTokens.IssuedToken;
import dev.tokensidecar.demo.TokenFamilies.Family;
import dev.tokensidecar.demo.TokenFamilies.Redemption;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The grants of RFC 6749: refresh token (section 6) and client credentials (section 4.4); token exchange (RFC 8693) and JWT
 * bearer (RFC 7523).
 */
final class TokenEndpoint implements GrantEndpoint {

    private static final String TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
    private static final String JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

    /** The grants of this server. */
    static final List<String> GRANT_TYPES = List.of("refresh_token", "client_credentials", TOKEN_EXCHANGE, JWT_BEARER);

    private final ClientRegistry clients;
    private final AssertionVerifier signedAssertions;
    private final IdentityAssertions identityAssertions;
    private final TokenFamilies families;
    private final AccessTokens accessTokens;
    private final AccessTokenIssuer issuer;
    private final IdTokens idTokens;
    private final InstantSource clock;

    TokenEndpoint(
            ClientRegistry clients,
            AssertionVerifier signedAssertions,
            IdentityAssertions identityAssertions,
            TokenFamilies families,
            AccessTokens accessTokens,
            AccessTokenIssuer issuer,
            IdTokens idTokens,
            InstantSource clock) {
        this.clients = clients;
        this.signedAssertions = signedAssertions;
        this.identityAssertions = identityAssertions;
        this.families = families;
        this.accessTokens = accessTokens;
        this.issuer = issuer;
        this.idTokens = idTokens;
        this.clock = clock;
    }

    @Override
    public String path() {
        return Discovery.TOKEN_PATH;
    }

    @Override
    public ReceivedRequest read(RoutingContext exchange) {
        return ReceivedRequest.of(
                exchange.request().formAttributes(), exchange.request().headers());
    }

    @Override
    public TokenReply handle(ReceivedRequest request, Behavior behavior) {
        try {
            if (!request.wellFormed()) {
                throw TokenError.invalidRequest("the request is not a form, or repeats a field");
            }
            String grantType = request.required("grant_type");
            if (grantType.equals(JWT_BEARER)) {
                return assertion(request, behavior);
            }
            String clientId = clients.authenticate(request);
            return switch (grantType) {
                case "refresh_token" -> refresh(request, clientId, behavior);
                case "client_credentials" -> clientCredentials(request, clientId, behavior);
                case TOKEN_EXCHANGE -> exchange(request, clientId, behavior);
                default ->
                    throw TokenError.of(
                            "unsupported_grant_type",
                            "only refresh_token, client_credentials, token exchange and JWT bearer are supported");
            };
        } catch (TokenError error) {
            return error.reply();
        }
    }

    /** Checks the scope first: a rejected request must not use the refresh token. */
    private TokenReply refresh(ReceivedRequest request, String clientId, Behavior behavior) throws TokenError {
        Instant now = clock.instant();
        String presented = request.required("refresh_token");
        Family family = families.find(presented, clientId);
        String scope = family == null ? "" : scopeOf(family, request.field("scope"));
        return switch (families.present(presented, clientId, behavior.rotates(), now)) {
            case Redemption.Accepted accepted -> {
                Holder holder = Holder.ofSession(clientId, accepted.family().id());
                JsonObject body = grant(holder, scope, behavior, now);
                yield granted(withRefreshToken(body, accepted, now));
            }
            case Redemption.Rejected rejected -> throw TokenError.of("invalid_grant", rejected.description());
        };
    }

    private TokenReply clientCredentials(ReceivedRequest request, String clientId, Behavior behavior)
            throws TokenError {
        if (clients.isPublic(clientId)) {
            throw TokenError.of("unauthorized_client", "client credentials are for confidential clients");
        }
        String scope = narrowed(DemoOptions.SCOPE, request.field("scope"));
        return granted(grant(Holder.ofClient(clientId), scope, behavior, clock.instant()));
    }

    /** Section 2.2.2 wants invalid_request for a token that is not accepted. */
    private TokenReply exchange(ReceivedRequest request, String clientId, Behavior behavior) throws TokenError {
        if (!request.required("subject_token_type").equals(ACCESS_TOKEN)) {
            throw TokenError.invalidRequest("the subject token has to be an access token");
        }
        IssuedToken subject = accessTokens.findValid(request.required("subject_token"), clock.instant());
        if (subject == null) {
            throw TokenError.invalidRequest("the subject token is unknown, has expired or was revoked");
        }
        String user = subject.holder().subject();
        if (IdentityAssertions.TYPE.equals(request.field("requested_token_type"))) {
            return identityAssertion(user);
        }
        String scope = narrowed(DemoOptions.SCOPE, request.field("scope"));
        return granted(grant(Holder.ofUser(clientId, user), scope, behavior, clock.instant())
                .put("issued_token_type", ACCESS_TOKEN));
    }

    private TokenReply identityAssertion(String user) {
        return granted(new JsonObject()
                .put("access_token", identityAssertions.issue(user, clock.instant()))
                .put("issued_token_type", IdentityAssertions.TYPE)
                .put("token_type", "N_A")
                .put("expires_in", IdentityAssertions.LIFETIME.toSeconds()));
    }

    /** Client authentication is optional, and then the issuer of the assertion is the client (RFC 7521 section 4.1). */
    private TokenReply assertion(ReceivedRequest request, Behavior behavior) throws TokenError {
        String authenticated = clients.isNamedIn(request) ? clients.authenticate(request) : null;
        String assertion = request.required("assertion");
        String user = identityAssertions.redeem(assertion, clock.instant());
        if (user != null && authenticated != null) {
            return granted(Holder.ofUser(authenticated, user), request.field("scope"), behavior);
        }
        AssertionVerifier.VerifiedAssertion verified = signedAssertions.verify(assertion);
        String requested = verified.scope() == null ? request.field("scope") : verified.scope();
        Holder holder = Holder.ofUser(authenticated == null ? verified.issuer() : authenticated, verified.subject());
        return granted(holder, requested, behavior);
    }

    private TokenReply granted(Holder holder, @Nullable String scope, Behavior behavior) throws TokenError {
        return granted(grant(holder, narrowed(DemoOptions.SCOPE, scope), behavior, clock.instant()));
    }

    private JsonObject grant(Holder holder, String scope, Behavior behavior, Instant now) {
        IssuedToken token = issuer.issue(holder, scope, behavior, now);
        JsonObject body = new JsonObject()
                .put("access_token", token.value())
                .put("token_type", "Bearer")
                .put("expires_in", secondsUntil(token.expiresAt(), now))
                .put("scope", token.scope());
        return idTokens.addTo(body, token, now);
    }

    private static JsonObject withRefreshToken(JsonObject body, Redemption.Accepted accepted, Instant now) {
        if (accepted.rotated()) {
            body.put("refresh_token", accepted.refreshToken());
        }
        if (accepted.expiresAt() != null) {
            body.put("refresh_expires_in", secondsUntil(accepted.expiresAt(), now));
        }
        return body;
    }

    private static TokenReply granted(JsonObject body) {
        return new TokenReply(200, Map.of(), body);
    }

    /** The user of a session has agreed to ID tokens too. Only a client that asks for them gets them. */
    private static String scopeOf(Family family, @Nullable String requested) throws TokenError {
        return requested == null ? family.scope() : narrowed(IdTokens.SCOPE + " " + family.scope(), requested);
    }

    /** Accepts less scope than granted, but not more (RFC 6749 section 6). */
    private static String narrowed(String granted, @Nullable String requested) throws TokenError {
        if (requested == null) {
            return granted;
        }
        if (!values(granted).containsAll(values(requested))) {
            throw TokenError.of("invalid_scope", "the requested scope exceeds the granted scope");
        }
        return requested;
    }

    private static Set<String> values(String scope) {
        return new HashSet<>(Arrays.asList(scope.split(" ")));
    }

    private static long secondsUntil(Instant end, Instant now) {
        return Math.max(0, Duration.between(now, end).toSeconds());
    }
}
