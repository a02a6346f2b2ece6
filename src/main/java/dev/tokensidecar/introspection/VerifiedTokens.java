package dev.tokensidecar.introspection;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tokensidecar.introspection.IntrospectionService.CheckedIssuer;
import dev.tokensidecar.token.TokenHash;
import org.jspecify.annotations.Nullable;

/**
 * Remembers whose signature a token has, by the hash of the whole token. That holds as long as the issuer has the very keys
 * that verified it, so each fetch of keys ends it. Time, audience and all other rules are applied each time.
 */
final class VerifiedTokens {

    private static final long CACHE_BYTES = 4 * 1024 * 1024;
    private static final int ENTRY_BYTES = 300;

    /** @param keys the keys of the issuer when they verified the signature */
    record Verified(CheckedIssuer issuer, KeySet keys, ObjectNode claims, int bytes) {}

    private final Cache<TokenHash, Verified> tokens = Caffeine.newBuilder()
            .maximumWeight(CACHE_BYTES)
            .weigher((TokenHash hash, Verified token) -> token.bytes())
            .executor(Runnable::run)
            .build();

    @Nullable Verified find(TokenHash hash) {
        return tokens.getIfPresent(hash);
    }

    void add(TokenHash hash, CheckedIssuer issuer, KeySet keys, ObjectNode claims, int tokenLength) {
        tokens.put(hash, new Verified(issuer, keys, claims, ENTRY_BYTES + 3 * tokenLength));
    }
}
