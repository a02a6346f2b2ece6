package dev.tokensidecar.config;

import dev.tokensidecar.config.TokenSettings.Store;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Checks that tokens with a common refresh token agree on everything that concerns it. */
final class SharingChecks {

    private SharingChecks() {}

    static void check(Map<String, TokenSettings> tokens, Map<String, KeyReader> keys) {
        List<String> names = new ArrayList<>(tokens.keySet());
        for (int i = 1; i < names.size(); i++) {
            for (String earlier : names.subList(0, i)) {
                check(earlier, tokens, names.get(i), Objects.requireNonNull(keys.get(names.get(i))));
            }
        }
    }

    private static void check(String earlier, Map<String, TokenSettings> tokens, String name, KeyReader keys) {
        TokenSettings one = Objects.requireNonNull(tokens.get(earlier));
        TokenSettings other = Objects.requireNonNull(tokens.get(name));
        Key<?> shared = shared(one.store(), other.store());
        if (shared == null) {
            return;
        }
        String prefix = SettingsReader.prefix(earlier);
        if (!one.store().equals(other.store())) {
            keys.reject(
                    shared,
                    "is the same as " + prefix + shared + ", so all keys of {}store must be as they are there:"
                            + " one refresh token is kept in one place");
        }
        boolean sameClient = one.grant().type() == other.grant().type()
                && Objects.equals(one.client().id(), other.client().id())
                && Objects.equals(
                        one.authorizationServer().issuer(),
                        other.authorizationServer().issuer())
                && Objects.equals(
                        one.authorizationServer().tokenEndpoint(),
                        other.authorizationServer().tokenEndpoint())
                && Objects.equals(refreshEndpoint(one), refreshEndpoint(other))
                && Objects.equals(one.client().dpop(), other.client().dpop());
        if (!sameClient) {
            keys.reject(
                    shared,
                    "is the same as " + prefix + shared
                            + ", so client.id, client.dpop, grant.type and authorization server"
                            + " must be the same:"
                            + " a refresh token belongs to one client (RFC 6749 section 6)");
        }
    }

    private static @Nullable URI refreshEndpoint(TokenSettings settings) {
        return settings.refreshEndpoint() == null
                ? null
                : settings.refreshEndpoint().address();
    }

    /** Returns the key of the file or Secret that both use; null if they share none. */
    private static @Nullable Key<?> shared(Store one, Store other) {
        if (same(one.file(), other.file())) {
            return StoreKeys.FILE;
        }
        if (one.kubernetes() != null
                && other.kubernetes() != null
                && one.kubernetes().mayBe(other.kubernetes())) {
            return KubernetesKeys.SECRET;
        }
        return same(one.refreshTokenFile(), other.refreshTokenFile()) ? StoreKeys.REFRESH_TOKEN_FILE : null;
    }

    private static boolean same(@Nullable Path one, @Nullable Path other) {
        return one != null && one.equals(other);
    }
}
