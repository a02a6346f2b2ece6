package dev.tokensidecar.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tokensidecar.token.BoundKey;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreProblem;
import dev.tokensidecar.token.TokenHash;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoreFileFormatTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String OLD_KEY = "b2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2w=";
    private static final String NEW_KEY = "bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmU=";

    private static final Path STORE = Path.of("/store/refresh-token");

    private final StoreFileFormat plain = format();

    private static StoreFileFormat format(String... keys) {
        List<Secret> ring = Stream.of(keys).map(Secret::of).toList();
        return new StoreFileFormat(ring.isEmpty() ? null : new Encryption(() -> ring, false), STORE);
    }

    private static StoreFileFormat migrating(String key) {
        return new StoreFileFormat(new Encryption(() -> List.of(Secret.of(key)), true), STORE);
    }

    private static StoredToken token(String value) {
        return new StoredToken(new RefreshToken(Secret.of(value), NOW, null), 0, List.of());
    }

    private static TokenHash seed(String value) {
        return TokenHash.of(Secret.of(value));
    }

    @Test
    void decodeReadsWhatEncodeWrites() {
        StoredToken stored = new StoredToken(
                new RefreshToken(
                        Secret.of("\"quoted\" ä\n"),
                        Instant.parse("2026-01-01T00:00:00.123456789Z"),
                        NOW.plusSeconds(60)),
                Long.MAX_VALUE,
                List.of(seed("b"), seed("a")));

        assertThat(decode(plain, plain.encode(stored))).isEqualTo(stored);
        assertThat(decode(plain, plain.encode(token("other")))).isEqualTo(token("other"));
    }

    @Test
    void theFormatIsVersionedJson() {
        StoredToken stored = new StoredToken(
                new RefreshToken(Secret.of("rotated"), NOW, NOW.plusSeconds(60)), 7, List.of(seed("seed")));

        assertThat(plain.encode(stored))
                .asString(UTF_8)
                .isEqualTo("{\"format\":1,\"refresh_token\":\"rotated\",\"received_at\":\"2026-01-01T00:00:00Z\","
                        + "\"expires_at\":\"2026-01-01T00:01:00Z\",\"generation\":7,\"seen_seeds\":["
                        + "\"19b25856e1c150ca834cffc8b59b23adbd0ec0389e58eb22b3b64768098d002b\"]}");
    }

    @Test
    void theKeyOfARefreshTokenIsKeptWithIt() {
        BoundKey made = new BoundKey("jkt", Secret.of("{\"d\":\"s3cret\"}"));
        BoundKey ofFile = new BoundKey("jkt", null);
        for (BoundKey key : List.of(made, ofFile)) {
            StoredToken stored =
                    new StoredToken(new RefreshToken(Secret.of("rotated"), NOW, null, key), 7, List.of(seed("seed")));

            assertThat(decode(plain, plain.encode(stored))).isEqualTo(stored);
            assertThat(stored.toString()).doesNotContain("s3cret");
            assertThat(stored.isUpToDate(new StoredToken(
                            new RefreshToken(Secret.of("rotated"), NOW, null), 7, List.of(seed("seed")))))
                    .isFalse();
        }
        assertThat(plain.encode(new StoredToken(new RefreshToken(Secret.of("r"), NOW, null, made), 7, List.of())))
                .asString(UTF_8)
                .contains("\"bound_to\":{\"jkt\":\"jkt\",\"private_key\":\"{\\\"d\\\":\\\"s3cret\\\"}\"}");
    }

    @Test
    void unknownFieldsAreIgnoredAndMissingOnesAreThoseOfEarlierVersions() {
        String content = "{\"format\":1,\"refresh_token\":\"r\",\"received_at\":\"2026-01-01T00:00:00Z\","
                + "\"expires_at\":null,\"new\":1}";

        StoredToken read = plain.decode(content.getBytes(UTF_8), "file", seed("seed"));

        assertThat(read).isEqualTo(new StoredToken(token("r").token(), 0, List.of(seed("seed"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"s3cret\"", "null", "1.5", "-1", "99999999999999999999", "{}"})
    void aStrangeGenerationDoesNotCostTheToken(String generation) {
        String content = "{\"format\":1,\"refresh_token\":\"r\",\"received_at\":\"2026-01-01T00:00:00Z\","
                + "\"generation\":" + generation + "}";

        assertThat(decode(plain, content.getBytes(UTF_8))).isEqualTo(token("r"));
    }

    static Stream<String> foreignContents() {
        return Stream.of(
                " ",
                "null",
                "[]",
                "s3cret",
                "\"s3cret\"",
                "{\"format\":1,\"refresh_token\":\"s3cret\"",
                "{\"format\":1,\"refresh_token\":\"s3cret\"}",
                "{\"format\":1,\"refresh_token\":\"s3cret\",\"received_at\":\"s3cret\"}",
                "{\"format\":1,\"refresh_token\":\"s3cret\",\"received_at\":\"2026-01-01T00:00:00Z\",\"expires_at\":\"s3cret\"}",
                "{\"format\":1,\"refresh_token\":\"s3cret\",\"received_at\":\"2026-01-01T00:00:00Z\",\"seen_seeds\":[\"s3cret\"]}",
                "{\"format\":1,\"refresh_token\":\"s3cret\",\"received_at\":\"2026-01-01T00:00:00Z\",\"bound_to\":\"s3cret\"}",
                "{\"format\":1,\"refresh_token\":\"s3cret\",\"received_at\":\"2026-01-01T00:00:00Z\",\"bound_to\":{\"jkt\":\"t\",\"private_key\":7}}",
                "{\"format\":1,\"received_at\":\"2026-01-01T00:00:00Z\"}",
                "{\"format\":1,\"refresh_token\":null,\"received_at\":\"2026-01-01T00:00:00Z\"}",
                "{\"format\":1,\"refresh_token\":\"\",\"received_at\":\"2026-01-01T00:00:00Z\"}",
                "{\"format\":0,\"refresh_token\":\"s3cret\",\"received_at\":\"2026-01-01T00:00:00Z\"}",
                "{\"refresh_token\":\"s3cret\",\"received_at\":\"2026-01-01T00:00:00Z\"}",
                "[".repeat(100_000),
                "\0\0\0s3cret",
                "\0\0");
    }

    @ParameterizedTest
    @MethodSource("foreignContents")
    void foreignContentIsRejectedWithoutQuotingIt(String content) {
        StoreFailure failure = failure(plain, content.getBytes(UTF_8));

        assertThat(failure.problem()).isEqualTo(StoreProblem.DAMAGED);
        assertThat(failure)
                .hasMessage("file is damaged, or not a file of the sidecar")
                .hasNoCause();
    }

    @Test
    void anEmptyFileAndANewerFormatHaveTheirOwnProblems() {
        assertThat(failure(plain, new byte[0]).problem()).isEqualTo(StoreProblem.EMPTY);
        assertThat(failure(plain, "{\"format\":2}".getBytes(UTF_8)).problem()).isEqualTo(StoreProblem.UNKNOWN_FORMAT);
    }

    @Test
    void sealedContentIsUnreadableWithoutItsKey() {
        byte[] sealed = format(OLD_KEY).encode(token("in-clear"));

        assertThat(sealed).asString(UTF_8).doesNotContain("in-clear");
        assertThat(decode(format(OLD_KEY), sealed)).isEqualTo(token("in-clear"));
        assertThat(format(OLD_KEY).encode(token("in-clear"))).isNotEqualTo(sealed);
    }

    @Test
    void aNewKeyInFrontSealsAndTheOldOneStillOpens() {
        byte[] old = format(OLD_KEY).encode(token("r"));
        StoreFileFormat rotating = format(NEW_KEY, OLD_KEY);

        assertThat(decode(rotating, old)).isEqualTo(token("r"));
        assertThat(decode(format(NEW_KEY), rotating.encode(token("r")))).isEqualTo(token("r"));
    }

    /** The first eight digits of the SHA-256 of both are 0ee48d45. */
    @Test
    void ofTwoKeysWithTheSameIdTheOneThatSealedOpens() {
        String one = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAFCk=";
        String other = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAMKQ=";
        byte[] sealed = format(other).encode(token("r"));

        assertThat(decode(format(one, other), sealed)).isEqualTo(token("r"));
        assertThat(decode(format(other, one), sealed)).isEqualTo(token("r"));
        assertThat(failure(format(one), sealed).problem()).isEqualTo(StoreProblem.DAMAGED);
    }

    @Test
    void plainTextIsRejectedInAnEncryptedStore() {
        StoreFailure failure = failure(format(NEW_KEY), plain.encode(token("s3cret")));

        assertThat(failure.problem()).isEqualTo(StoreProblem.UNENCRYPTED);
        assertThat(failure)
                .hasMessage("file is in plain text, although this store is encrypted")
                .hasNoCause();
        assertThat(failure.problem().cure()).contains("store.accept-plain-text=true", "delete it and log in again");
    }

    @Test
    void plainTextIsReadOnlyWhileEncryptionIsBeingSwitchedOn() {
        StoreFileFormat migrating = migrating(NEW_KEY);
        byte[] plainText = plain.encode(token("r"));
        assertThat(decode(migrating, plainText)).isEqualTo(token("r"));
        assertThat(decode(format(NEW_KEY), migrating.encode(token("r")))).isEqualTo(token("r"));

        migrating.migrated();

        assertThat(failure(migrating, plainText).problem()).isEqualTo(StoreProblem.UNENCRYPTED);
    }

    @Test
    void contentOfAnotherStoreWithTheSameKeyIsRejected() {
        List<Secret> key = List.of(Secret.of(NEW_KEY));
        byte[] sealed =
                new StoreFileFormat(new Encryption(() -> key, false), Path.of("/store/other")).encode(token("r"));
        assertThat(failure(format(NEW_KEY), sealed).problem()).isEqualTo(StoreProblem.FOREIGN);

        byte[] renamed = new String(sealed, UTF_8)
                .replace("/store/other", STORE.toString())
                .getBytes(UTF_8);
        assertThat(failure(format(NEW_KEY), renamed).problem()).isEqualTo(StoreProblem.DAMAGED);

        byte[] withoutStore = new String(sealed, UTF_8)
                .replace("\"format\":2,\"store\":\"/store/other\"", "\"format\":1")
                .getBytes(UTF_8);
        assertThat(failure(format(NEW_KEY), withoutStore).problem()).isEqualTo(StoreProblem.DAMAGED);
    }

    /** Written by a version that did not bind its content to the store. */
    @Test
    void anEnvelopeOfTheFirstFormatIsStillRead() {
        String envelope = "{\"format\":1,\"key_id\":\"41a90049\",\"nonce\":\"d2cOOikJvnhqyQTd\",\"sealed\":\""
                + "BdEeidz7l3Xkx5VbQuZZbCUwk2vrBZfvdRXYUUaFxqp8rDvwlQDbl5Jl2sKrQPswI8so5rUnfD1eIxLF2pK5LuJPYC"
                + "rHDWpM9qUx0cuAXjUb/Pm/gK80OQRjS+wXa+v5/T1Qwhg=\"}";

        assertThat(decode(format(OLD_KEY), envelope.getBytes(UTF_8))).isEqualTo(token("r"));
    }

    @Test
    void envelopesHaveANewerFormatThanVersionsWithoutStoreBinding() {
        assertThat(format(NEW_KEY).encode(token("r")))
                .asString(UTF_8)
                .startsWith("{\"format\":2,\"store\":\"/store/refresh-token\",\"key_id\":\"");
        assertThat(failure(format(NEW_KEY), "{\"format\":3,\"sealed\":\"\"}".getBytes(UTF_8))
                        .problem())
                .isEqualTo(StoreProblem.UNKNOWN_FORMAT);
    }

    @Test
    void withoutItsKeyAFileIsUndecryptableAndNotDamaged() {
        byte[] sealed = format(OLD_KEY).encode(token("r"));

        assertThat(failure(format(NEW_KEY), sealed).problem()).isEqualTo(StoreProblem.UNDECRYPTABLE);
        assertThat(failure(plain, sealed).problem()).isEqualTo(StoreProblem.UNDECRYPTABLE);
    }

    /** The token's length avoids Base64 padding, because padded Base64 has bits without a meaning. */
    @Test
    void everyAlteredByteIsDetected() {
        byte[] sealed = format(OLD_KEY).encode(token("rr"));
        assertThat(sealed).asString(UTF_8).doesNotContain("=");

        for (int i = 0; i < sealed.length; i++) {
            byte[] altered = sealed.clone();
            altered[i] ^= 1;
            StoreFailure failure = failure(format(OLD_KEY), altered);
            assertThat(failure).as("byte %d", i).hasNoCause();
        }
    }

    @Test
    void anInvalidKeyIsRejectedWithARemedy() {
        for (String key : List.of("not base64 at all", "c2hvcnQ=", OLD_KEY + OLD_KEY)) {
            StoreFailure failure =
                    catchThrowableOfType(StoreFailure.class, () -> format(key).encode(token("r")));
            assertThat(failure.problem()).isEqualTo(StoreProblem.UNDECRYPTABLE);
            assertThat(failure).hasMessageContaining("openssl rand -base64 32").hasMessageNotContaining(key);
        }
    }

    private static StoredToken decode(StoreFileFormat format, byte[] content) {
        return format.decode(content, "file", null);
    }

    private static StoreFailure failure(StoreFileFormat format, byte[] content) {
        return catchThrowableOfType(StoreFailure.class, () -> decode(format, content));
    }
}
