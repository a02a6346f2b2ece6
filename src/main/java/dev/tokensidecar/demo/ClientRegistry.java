package dev.tokensidecar.demo;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The registered clients and their authentication (RFC 6749 section 2.3). */
final class ClientRegistry {

    private static final String BASIC = "basic ";

    private record Credentials(String id, String secret) {}

    private final Map<String, String> secrets;

    ClientRegistry(Map<String, String> secrets) {
        this.secrets = new ConcurrentHashMap<>(secrets);
    }

    void changeSecret(String clientId, String secret) {
        secrets.put(clientId, secret);
    }

    boolean isPublic(String clientId) {
        return clientId.equals(DemoOptions.PUBLIC_CLIENT_ID);
    }

    /** Whether the request says which client sends it. */
    boolean isNamedIn(ReceivedRequest request) {
        return request.authorization() != null || request.field("client_id") != null;
    }

    /** Authenticates the client of a request and returns its id. */
    String authenticate(ReceivedRequest request) throws TokenError {
        String authorization = request.authorization();
        String postedSecret = request.field("client_secret");
        if (authorization == null) {
            return check(request.field("client_id"), postedSecret, false);
        }
        if (postedSecret != null) {
            throw TokenError.invalidRequest("more than one client authentication method");
        }
        Credentials credentials = basicCredentials(authorization);
        return check(credentials.id(), credentials.secret(), true);
    }

    private String check(@Nullable String clientId, @Nullable String secret, boolean basic) throws TokenError {
        if (clientId == null) {
            throw TokenError.invalidClient(basic);
        }
        boolean authenticated = secret == null ? isPublic(clientId) : secret.equals(secrets.get(clientId));
        if (!authenticated) {
            throw TokenError.invalidClient(basic);
        }
        return clientId;
    }

    /** Id and secret are form-urlencoded before they become Basic credentials (RFC 6749 section 2.3.1). */
    private static Credentials basicCredentials(String authorization) throws TokenError {
        if (!authorization.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            throw TokenError.invalidClient(true);
        }
        try {
            String pair = new String(
                    Base64.getDecoder()
                            .decode(authorization.substring(BASIC.length()).strip()),
                    StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            if (colon < 0) {
                throw TokenError.invalidClient(true);
            }
            return new Credentials(formDecode(pair.substring(0, colon)), formDecode(pair.substring(colon + 1)));
        } catch (IllegalArgumentException malformed) {
            throw TokenError.invalidClient(true);
        }
    }

    private static String formDecode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
