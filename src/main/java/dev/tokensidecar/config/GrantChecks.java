package dev.tokensidecar.config;

import dev.tokensidecar.config.TokenSettings.GrantType;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Which keys a grant needs, and which it has no use for. */
final class GrantChecks {

    private static final String SEED = "store.refresh-token-file";

    private static final Set<String> OWN_PARAMETERS = Set.of(
            "grant_type",
            "refresh_token",
            "scope",
            "audience",
            "resource",
            "client_id",
            "client_secret",
            "client_assertion",
            "client_assertion_type",
            "assertion",
            "subject_token",
            "subject_token_type",
            "requested_token_type",
            "username",
            "password",
            "device_code");

    private static final Set<String> OWN_HEADERS =
            Set.of("authorization", "content-type", "content-length", "host", "accept", "user-agent", "connection");

    private static final Map<String, GrantType> USED_BY = usedBy();

    private static final Map<String, String> NEEDED = Map.of(
            "grant.assertion-file",
            "is missing: name the file that holds the assertion",
            "grant.subject-token-file",
            "is missing: name the file that holds the token to exchange",
            "grant.username",
            "is missing: write the name of the user",
            "grant.password-file",
            "is missing: name the file that holds the password of the user");

    private GrantChecks() {}

    private static Map<String, GrantType> usedBy() {
        Map<String, GrantType> usedBy = new LinkedHashMap<>();
        usedBy.put("grant.assertion-file", GrantType.JWT_BEARER);
        usedBy.put("grant.subject-token-file", GrantType.TOKEN_EXCHANGE);
        usedBy.put("grant.subject-token-type", GrantType.TOKEN_EXCHANGE);
        usedBy.put("grant.requested-token-type", GrantType.TOKEN_EXCHANGE);
        usedBy.put("grant.username", GrantType.PASSWORD);
        usedBy.put("grant.password-file", GrantType.PASSWORD);
        usedBy.put("authorization-server.device-authorization-endpoint", GrantType.DEVICE_CODE);
        return usedBy;
    }

    static void check(TokenSettings settings, KeyReader keys) {
        GrantType type = settings.grant().type();
        USED_BY.forEach((key, user) -> checkUse(key, user, type, keys));
        checkDevice(settings.authorizationServer(), type, keys);
        checkSeed(type, keys);
        checkNames(settings, keys);
    }

    private static void checkUse(String key, GrantType user, GrantType type, KeyReader keys) {
        if (user == type && NEEDED.containsKey(key) && !keys.isSet(key)) {
            keys.reject(key, NEEDED.get(key));
        }
        if (user != type && keys.isSet(key)) {
            keys.reject(key, "is not used with {}grant.type=" + name(type) + ": leave it out or set " + name(user));
        }
    }

    private static void checkDevice(TokenSettings.AuthorizationServer server, GrantType type, KeyReader keys) {
        String key = "authorization-server.device-authorization-endpoint";
        if (type == GrantType.DEVICE_CODE && server.issuer() == null && server.deviceAuthorizationEndpoint() == null) {
            keys.reject(
                    key,
                    "is missing: write its URL, or the issuer's URL in {}authorization-server.issuer in its place");
        }
    }

    private static void checkSeed(GrantType type, KeyReader keys) {
        boolean seed = keys.isSet(SEED);
        if (type == GrantType.REFRESH_TOKEN && !seed && !keys.isSet("store.file")) {
            keys.reject(
                    SEED,
                    "is missing: name the file that holds the refresh token, or set another {}grant.type,"
                            + " such as client_credentials");
        }
        if (seed && type != GrantType.REFRESH_TOKEN && type != GrantType.DEVICE_CODE) {
            keys.reject(SEED, "is not used with {}grant.type=" + name(type) + ": leave it out or set refresh_token");
        }
    }

    /** RFC 6749 section 3.2: no parameter may be there twice. */
    private static void checkNames(TokenSettings settings, KeyReader keys) {
        settings.grant().extraParameters().keySet().stream()
                .filter(OWN_PARAMETERS::contains)
                .forEach(name -> rejectOwn("grant.extra-parameters", name, "parameter", keys));
        settings.authorizationServer().extraHeaders().forEach((name, value) -> {
            if (OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                rejectOwn("authorization-server.extra-headers", name, "header", keys);
            } else if (Shapes.header(name + ": " + value).isEmpty()) {
                keys.reject(
                        "authorization-server.extra-headers",
                        "cannot be used, " + name + " is no header: write Name=value,Name=value");
            }
        });
    }

    private static void rejectOwn(String key, String name, String what, KeyReader keys) {
        keys.reject(key, "must not name " + name + ": the sidecar makes that " + what + " itself");
    }

    private static String name(GrantType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }
}
