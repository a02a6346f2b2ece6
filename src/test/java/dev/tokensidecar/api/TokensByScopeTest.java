package dev.tokensidecar.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Selection of one of several tokens for a client library that names only a scope. */
class TokensByScopeTest {

    private final TokensByScope scopes = new TokensByScope(tokens());

    private static Map<String, @Nullable String> tokens() {
        Map<String, @Nullable String> tokens = new LinkedHashMap<>();
        tokens.put("whatever", null);
        tokens.put("orders", "orders:read orders:write");
        tokens.put("default", "read");
        tokens.put("all", "read orders:read mail");
        return tokens;
    }

    @ParameterizedTest
    @CsvSource({
        "'', default",
        "read, default",
        "orders:write, orders",
        "orders:read, orders",
        "mail orders:read, all",
        "unheard-of, default",
        "orders:write mail, default",
    })
    void theFirstTokenThatCoversTheScopeIsSelected(String requested, String name) {
        assertThat(scopes.select(Scope.of(requested))).isEqualTo(name);
    }
}
