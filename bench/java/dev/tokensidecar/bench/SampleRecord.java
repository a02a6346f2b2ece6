package dev.tokensidecar.bench;

import dev.tokensidecar.token.Claim;
import dev.tokensidecar.token.ProcessId;
import dev.tokensidecar.token.RefreshReason;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.SessionRecord;
import dev.tokensidecar.token.SharedState;
import dev.tokensidecar.token.SharedToken;
import dev.tokensidecar.token.TokenFields;
import dev.tokensidecar.token.TokenHash;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Records of a session as large as those of Keycloak: refresh tokens of 700 bytes and an access token of 1,200. */
final class SampleRecord {

    private static final int REFRESH_TOKEN_BYTES = 700;
    private static final int ACCESS_TOKEN_BYTES = 1_200;
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final ProcessId HOLDER =
            new ProcessId("orders-7d9c5b4f6-x2x9k", "0b5c2e7e-4c4b-4a51-9c43-0c3f4f3f1c55", "f1a2b3c4");

    private final Random random = new Random(1);
    private int number;
    private RefreshToken previous = refreshToken();
    private RefreshToken current = refreshToken();

    /** Returns the next record that a fleet writes: in turns one with a claim, and one with new tokens. */
    SessionRecord next() {
        number++;
        if (number % 2 == 1) {
            return record(new Claim(HOLDER, current.hash(), "default", Instant.now()));
        }
        previous = current;
        current = refreshToken();
        return record(null);
    }

    private SessionRecord record(@Nullable Claim claim) {
        SharedToken token = new SharedToken(
                number,
                secret(ACCESS_TOKEN_BYTES),
                "Bearer",
                "orders.read orders.write",
                Instant.now(),
                Duration.ofSeconds(300),
                TokenFields.NONE,
                RefreshReason.AHEAD_OF_EXPIRY,
                null);
        SharedState shared = new SharedState(Map.of("default", token), Set.of(), null);
        TokenHash seed = TokenHash.of(secret(REFRESH_TOKEN_BYTES));
        return new SessionRecord(number, current, previous, List.of(seed), claim, null, shared);
    }

    private RefreshToken refreshToken() {
        return new RefreshToken(
                secret(REFRESH_TOKEN_BYTES), Instant.now(), Instant.now().plusSeconds(1_800));
    }

    /** Random, so that nothing compresses it better than a real token. */
    private Secret secret(int bytes) {
        StringBuilder text = new StringBuilder(bytes);
        for (int i = 0; i < bytes; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return Secret.of(text.toString());
    }
}
