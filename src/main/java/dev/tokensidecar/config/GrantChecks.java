package dev.tokensidecar.config;

import dev.tokensidecar.config.TokenSettings.AuthenticationMethod;
import dev.tokensidecar.config.TokenSettings.GrantType;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Checks which keys a grant requires and which it does not use. */
final class GrantChecks {

    /** Some servers want it in the body too if the client authenticates by HTTP Basic. */
    private static final String CLIENT_ID = "client_id";

    private static final Set<String> OWN_PARAMETERS = Set.of(
            "grant_type",
            "refresh_token",
            "scope",
            "audience",
            "resource",
            CLIENT_ID,
            "client_secret",
            "client_assertion",
            "client_assertion_type",
            "assertion",
            "subject_token",
            "subject_token_type",
            "actor_token",
            "actor_token_type",
            "requested_token_type",
            "username",
            "password",
            "device_code");

    private static final Set<String> OWN_HEADERS =
            Set.of("authorization", "content-type", "content-length", "host", "accept", "user-agent", "connection");

    private static final DependentKeys<GrantType> KEYS = new DependentKeys<>(GrantKeys.TYPE, usedBy(), needed());

    /** For tokens of users, which bring what the files have otherwise. */
    private static final DependentKeys<GrantType> KEYS_ON_BEHALF =
            new DependentKeys<>(GrantKeys.TYPE, usedBy(), Map.of());

    private GrantChecks() {}

    private static Map<Key<?>, String> needed() {
        return Map.of(
                GrantKeys.SUBJECT_TOKEN_FILE,
                "is missing: name the file that holds the token to exchange",
                GrantKeys.USERNAME,
                "is missing: write the name of the user",
                GrantKeys.PASSWORD_FILE,
                "is missing: name the file that holds the password of the user");
    }

    private static Map<Key<?>, Set<GrantType>> usedBy() {
        Map<Key<?>, Set<GrantType>> usedBy = new LinkedHashMap<>();
        usedBy.put(GrantKeys.ASSERTION_FILE, Set.of(GrantType.JWT_BEARER));
        usedBy.put(GrantKeys.SUBJECT_TOKEN_FILE, Set.of(GrantType.TOKEN_EXCHANGE));
        usedBy.put(GrantKeys.SUBJECT_TOKEN_TYPE, Set.of(GrantType.TOKEN_EXCHANGE));
        usedBy.put(GrantKeys.REQUESTED_TOKEN_TYPE, Set.of(GrantType.TOKEN_EXCHANGE));
        usedBy.put(GrantKeys.USERNAME, Set.of(GrantType.PASSWORD));
        usedBy.put(GrantKeys.PASSWORD_FILE, Set.of(GrantType.PASSWORD));
        usedBy.put(AuthorizationServerKeys.DEVICE_AUTHORIZATION_ENDPOINT, Set.of(GrantType.DEVICE_CODE));
        Set<GrantType> keepRefreshTokens = EnumSet.allOf(GrantType.class);
        keepRefreshTokens.removeIf(type -> !type.keepsRefreshToken());
        usedBy.put(AuthorizationServerKeys.AUTHORIZATION_ENDPOINT, keepRefreshTokens);
        usedBy.put(StoreKeys.REFRESH_TOKEN_FILE, keepRefreshTokens);
        usedBy.put(KubernetesKeys.WITHOUT_API, keepRefreshTokens);
        return usedBy;
    }

    /** Whether the check of the grant covers the key. */
    static boolean dependsOnGrant(Key<?> key) {
        return KEYS.usedBy().containsKey(key);
    }

    static void check(TokenSettings settings, KeyReader keys) {
        GrantType type = settings.grant().type();
        (settings.exchange() == null ? KEYS : KEYS_ON_BEHALF).check(type, keys);
        checkDevice(settings.authorizationServer(), type, keys);
        checkSeed(type, keys);
        checkNames(settings, keys);
    }

    private static void checkDevice(TokenSettings.AuthorizationServerSettings server, GrantType type, KeyReader keys) {
        if (type == GrantType.DEVICE_CODE && server.issuer() == null && server.deviceAuthorizationEndpoint() == null) {
            keys.reject(
                    AuthorizationServerKeys.DEVICE_AUTHORIZATION_ENDPOINT,
                    "is missing: write its URL, or the issuer's URL in {}" + AuthorizationServerKeys.ISSUER
                            + " in its place");
        }
    }

    private static void checkSeed(GrantType type, KeyReader keys) {
        if (type == GrantType.REFRESH_TOKEN
                && !keys.isSet(StoreKeys.REFRESH_TOKEN_FILE)
                && !keys.isSet(StoreKeys.FILE)
                && !keys.isSet(KubernetesKeys.SECRET)) {
            keys.reject(
                    StoreKeys.REFRESH_TOKEN_FILE,
                    "is missing: name the file that holds the refresh token, or set another {}" + GrantKeys.TYPE + ","
                            + " such as client_credentials");
        }
    }

    /** Rejects names that the sidecar sets itself: no parameter may occur twice (RFC 6749 section 3.2). */
    private static void checkNames(TokenSettings settings, KeyReader keys) {
        boolean idInHeader = settings.client().authenticationMethod() == AuthenticationMethod.CLIENT_SECRET_BASIC;
        settings.grant().extraParameters().keySet().stream()
                .filter(name -> OWN_PARAMETERS.contains(name) && !(idInHeader && name.equals(CLIENT_ID)))
                .forEach(name -> rejectOwn(GrantKeys.EXTRA_PARAMETERS, name, "parameter", keys));
        settings.authorizationServer().extraHeaders().forEach((name, value) -> {
            if (OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                rejectOwn(AuthorizationServerKeys.EXTRA_HEADERS, name, "header", keys);
            } else if (!ValueFormats.isHeader(name + ": " + value)) {
                keys.reject(
                        AuthorizationServerKeys.EXTRA_HEADERS,
                        "cannot be used, " + name + " is not a header: write Name=value,Name=value");
            }
        });
    }

    private static void rejectOwn(Key<?> key, String name, String what, KeyReader keys) {
        keys.reject(key, "must not name " + name + ": the sidecar sets that " + what + " itself");
    }
}
