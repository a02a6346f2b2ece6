package dev.tokensidecar.config;

import dev.tokensidecar.config.TokenSettings.GrantType;
import java.util.EnumSet;
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

    private static final DependentKeys<GrantType> KEYS = new DependentKeys<>("grant.type", usedBy(), needed());

    private GrantChecks() {}

    private static Map<String, String> needed() {
        return Map.of(
                "grant.assertion-file",
                "is missing: name the file that holds the assertion",
                "grant.subject-token-file",
                "is missing: name the file that holds the token to exchange",
                "grant.username",
                "is missing: write the name of the user",
                "grant.password-file",
                "is missing: name the file that holds the password of the user");
    }

    private static Map<String, Set<GrantType>> usedBy() {
        Map<String, Set<GrantType>> usedBy = new LinkedHashMap<>();
        usedBy.put("grant.assertion-file", Set.of(GrantType.JWT_BEARER));
        usedBy.put("grant.subject-token-file", Set.of(GrantType.TOKEN_EXCHANGE));
        usedBy.put("grant.subject-token-type", Set.of(GrantType.TOKEN_EXCHANGE));
        usedBy.put("grant.requested-token-type", Set.of(GrantType.TOKEN_EXCHANGE));
        usedBy.put("grant.username", Set.of(GrantType.PASSWORD));
        usedBy.put("grant.password-file", Set.of(GrantType.PASSWORD));
        usedBy.put("authorization-server.device-authorization-endpoint", Set.of(GrantType.DEVICE_CODE));
        usedBy.put(SEED, EnumSet.of(GrantType.REFRESH_TOKEN, GrantType.DEVICE_CODE));
        return usedBy;
    }

    static void check(TokenSettings settings, KeyReader keys) {
        GrantType type = settings.grant().type();
        KEYS.check(type, keys);
        checkDevice(settings.authorizationServer(), type, keys);
        checkSeed(type, keys);
        checkNames(settings, keys);
    }

    private static void checkDevice(TokenSettings.AuthorizationServerSettings server, GrantType type, KeyReader keys) {
        String key = "authorization-server.device-authorization-endpoint";
        if (type == GrantType.DEVICE_CODE && server.issuer() == null && server.deviceAuthorizationEndpoint() == null) {
            keys.reject(
                    key,
                    "is missing: write its URL, or the issuer's URL in {}authorization-server.issuer in its place");
        }
    }

    private static void checkSeed(GrantType type, KeyReader keys) {
        if (type == GrantType.REFRESH_TOKEN && !keys.isSet(SEED) && !keys.isSet("store.file")) {
            keys.reject(
                    SEED,
                    "is missing: name the file that holds the refresh token, or set another {}grant.type,"
                            + " such as client_credentials");
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
            } else if (ValueFormats.header(name + ": " + value).isEmpty()) {
                keys.reject(
                        "authorization-server.extra-headers",
                        "cannot be used, " + name + " is no header: write Name=value,Name=value");
            }
        });
    }

    private static void rejectOwn(String key, String name, String what, KeyReader keys) {
        keys.reject(key, "must not name " + name + ": the sidecar makes that " + what + " itself");
    }
}
