package dev.tokensidecar.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tokensidecar.store.Encryption;
import dev.tokensidecar.testing.RepeatableProperty;
import dev.tokensidecar.token.BoundKey;
import dev.tokensidecar.token.Claim;
import dev.tokensidecar.token.ProcessId;
import dev.tokensidecar.token.RefreshReason;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.SessionRecord;
import dev.tokensidecar.token.SessionRecord.Doubt;
import dev.tokensidecar.token.SharedPause;
import dev.tokensidecar.token.SharedState;
import dev.tokensidecar.token.SharedToken;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreProblem;
import dev.tokensidecar.token.TokenFields;
import dev.tokensidecar.token.TokenHash;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordFormatTest {

    private static final SecretReference HERE = new SecretReference("shop", "orders");
    private static final SecretReference ELSEWHERE = new SecretReference("shop", "invoices");
    private static final String OLD_KEY = "b2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2w=";
    private static final String NEW_KEY = "bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmU=";
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.123456789Z");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RecordFormat plain = new RecordFormat(null);
    private final RecordFormat sealed = sealed(false, NEW_KEY);

    private static RecordFormat sealed(boolean acceptPlainText, String... keys) {
        List<Secret> ring = Stream.of(keys).map(Secret::of).toList();
        return new RecordFormat(new Encryption(() -> ring, acceptPlainText));
    }

    private static RefreshToken token(String value) {
        return new RefreshToken(Secret.of(value), NOW, null);
    }

    private static TokenHash hash(String value) {
        return TokenHash.of(Secret.of(value));
    }

    /** A record that has everything. */
    private static SessionRecord full() {
        Claim claim = new Claim(new ProcessId("pod", "uid", "run"), hash("presented"), "orders", NOW);
        SharedToken access = new SharedToken(
                7,
                Secret.of("access-token-1"),
                "DPoP",
                "read write",
                NOW,
                Duration.ofMillis(299_999),
                new TokenFields(Map.of("id_token", Secret.of("identity-1"))),
                RefreshReason.REJECTED,
                new BoundKey("thumbprint-1", null));
        SharedPause pause = new SharedPause(
                SharedPause.Kind.THROTTLED, "slow_down", "too \"many\"\n", NOW, Duration.ofSeconds(3), 4);
        return new SessionRecord(
                12,
                new RefreshToken(
                        Secret.of("refresh-token-2"),
                        NOW,
                        NOW.plusSeconds(60),
                        new BoundKey("thumbprint-2", Secret.of("private-key-2"))),
                token("refresh-token-1"),
                List.of(hash("seed-b"), hash("seed-a")),
                claim,
                new Doubt(hash("doubted"), NOW),
                new SharedState(Map.of("orders", access), Set.of(hash("rejected")), pause));
    }

    private static SessionRecord decode(RecordFormat format, byte[] content) {
        return format.decode(content, HERE);
    }

    private static StoreFailure failure(RecordFormat format, byte[] content) {
        return catchThrowableOfType(StoreFailure.class, () -> decode(format, content));
    }

    private static StoreFailure failure(RecordFormat format, String content) {
        return failure(format, content.getBytes(UTF_8));
    }

    private String json(SessionRecord session) {
        return new String(plain.encode(session, HERE), UTF_8);
    }

    @Test
    void theFieldsAreTheDocumentedOnes() throws Exception {
        assertThat(JSON.readTree(json(full()))).isEqualTo(JSON.readTree("""
                {
                  "format": 1,
                  "generation": 12,
                  "refresh_token": "refresh-token-2",
                  "received_at": "2026-01-01T00:00:00.123456789Z",
                  "expires_at": "2026-01-01T00:01:00.123456789Z",
                  "bound_to": {"jkt": "thumbprint-2", "private_key": "private-key-2"},
                  "previous": {
                    "refresh_token": "refresh-token-1",
                    "received_at": "2026-01-01T00:00:00.123456789Z"
                  },
                  "seen_seeds": ["%s", "%s"],
                  "claim": {
                    "holder": {"name": "pod", "place": "uid", "run": "run"},
                    "presented": "%s",
                    "token": "orders",
                    "at": "2026-01-01T00:00:00.123456789Z"
                  },
                  "doubt": {"at": "2026-01-01T00:00:00.123456789Z", "presented": "%s"},
                  "tokens": {
                    "orders": {
                      "sequence": 7,
                      "access_token": "access-token-1",
                      "token_type": "DPoP",
                      "scope": "read write",
                      "bound_to": {"jkt": "thumbprint-1"},
                      "sent_at": "2026-01-01T00:00:00.123456789Z",
                      "lifetime": "PT4M59.999S",
                      "fields": {"id_token": "identity-1"},
                      "obtained_for": "REJECTED"
                    }
                  },
                  "invalid": ["%s"],
                  "pause": {
                    "kind": "THROTTLED",
                    "error": "slow_down",
                    "detail": "too \\"many\\"\\n",
                    "since": "2026-01-01T00:00:00.123456789Z",
                    "pause": "PT3S",
                    "failures": 4
                  }
                }
                """.formatted(
                        hash("seed-b").reveal(),
                        hash("seed-a").reveal(),
                        hash("presented").reveal(),
                        hash("doubted").reveal(),
                        hash("rejected").reveal())));
    }

    @RepeatableProperty
    void anyRecordSurvivesWritingAndReading(@ForAll("sessions") SessionRecord session) {
        assertThat(decode(plain, plain.encode(session, HERE))).isEqualTo(session);
        assertThat(decode(sealed, sealed.encode(session, HERE))).isEqualTo(session);
    }

    @Provide
    Arbitrary<SessionRecord> sessions() {
        Arbitrary<RefreshToken> tokens = Combinators.combine(
                        secrets(), instants(), instants().injectNull(0.3), keys())
                .as(RefreshToken::new);
        Arbitrary<Claim> claims = Combinators.combine(texts(), hashes().injectNull(0.3), texts(), instants())
                .as((text, presented, name, at) ->
                        new Claim(new ProcessId(text, text + "'", name + "'"), presented, name, at));
        Arbitrary<Doubt> doubts =
                Combinators.combine(hashes().injectNull(0.3), instants()).as(Doubt::new);
        return Combinators.combine(
                        Arbitraries.longs().greaterOrEqual(0),
                        tokens.injectNull(0.3),
                        tokens.injectNull(0.5),
                        hashes().list().ofMaxSize(5),
                        claims.injectNull(0.5),
                        doubts.injectNull(0.5),
                        shared())
                .as(SessionRecord::new);
    }

    private static Arbitrary<@Nullable BoundKey> keys() {
        return Combinators.combine(texts(), secrets().injectNull(0.5))
                .as(BoundKey::new)
                .injectNull(0.5);
    }

    /** The last two components of a token: jqwik combines eight values. */
    private record Obtained(RefreshReason reason, @Nullable BoundKey key) {}

    private static Arbitrary<SharedState> shared() {
        Arbitrary<SharedToken> tokens = Combinators.combine(
                        Arbitraries.longs().greaterOrEqual(0),
                        secrets(),
                        texts(),
                        texts().injectNull(0.5),
                        instants(),
                        durations(),
                        Arbitraries.maps(texts(), secrets()).ofMaxSize(2).map(TokenFields::new),
                        Combinators.combine(Arbitraries.of(RefreshReason.class), keys())
                                .as(Obtained::new))
                .as((sequence, value, type, scope, sentAt, lifetime, fields, obtained) -> new SharedToken(
                        sequence, value, type, scope, sentAt, lifetime, fields, obtained.reason(), obtained.key()));
        Arbitrary<SharedPause> pauses = Combinators.combine(
                        Arbitraries.of(SharedPause.Kind.class),
                        texts(),
                        texts(),
                        instants(),
                        durations(),
                        Arbitraries.integers().greaterOrEqual(0))
                .as(SharedPause::new);
        return Combinators.combine(
                        Arbitraries.maps(texts(), tokens).ofMaxSize(3),
                        hashes().set().ofMaxSize(3),
                        pauses.injectNull(0.5))
                .as(SharedState::new);
    }

    private static Arbitrary<String> texts() {
        return Arbitraries.strings().ofMaxLength(20).map(text -> new String(text.getBytes(UTF_8), UTF_8));
    }

    private static Arbitrary<Secret> secrets() {
        return texts().map(text -> Secret.of(text + "!"));
    }

    private static Arbitrary<TokenHash> hashes() {
        return secrets().map(TokenHash::of);
    }

    private static Arbitrary<Instant> instants() {
        return Combinators.combine(
                        Arbitraries.longs().between(-60_000_000_000L, 250_000_000_000L),
                        Arbitraries.integers().between(0, 999_999_999))
                .as(Instant::ofEpochSecond);
    }

    private static Arbitrary<Duration> durations() {
        return Arbitraries.longs().greaterOrEqual(0).map(Duration::ofNanos);
    }

    @Test
    void aSecretWithoutASessionHasTheEmptyRecord() {
        assertThat(plain.decode(null, HERE)).isEqualTo(SessionRecord.EMPTY);
        assertThat(plain.decode(new byte[0], HERE)).isEqualTo(SessionRecord.EMPTY);
        assertThat(sealed.decode(null, HERE)).isEqualTo(SessionRecord.EMPTY);
        assertThat(decode(plain, plain.encode(SessionRecord.EMPTY, HERE))).isEqualTo(SessionRecord.EMPTY);
    }

    @Test
    void unknownFieldsAreIgnored() throws Exception {
        ObjectNode json = (ObjectNode) JSON.readTree(json(full()));
        json.put("news", 1).putNull("expires_at");
        json.withObject("/claim").put("news", "x");
        json.withObject("/tokens/orders").putArray("news");

        assertThat(decode(plain, JSON.writeValueAsBytes(json)).claim()).isEqualTo(full().claim());
        assertThat(decode(plain, JSON.writeValueAsBytes(json)).shared()).isEqualTo(full().shared());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "null",
                "[]",
                "7",
                "not json",
                "{}",
                "{\"format\":1}",
                "{\"format\":0,\"generation\":1}",
                "{\"format\":\"1\",\"generation\":1}",
                "{\"format\":1,\"generation\":-1}",
                "{\"format\":1,\"generation\":1.5}",
                "{\"format\":1,\"generation\":99999999999999999999}",
                "{\"format\":1,\"generation\":1}{}",
                "{\"format\":1,\"generation\":1,\"refresh_token\":\"hidden-credential\"}",
                "{\"format\":1,\"generation\":1,\"refresh_token\":\"hidden-credential\",\"received_at\":\"hidden-credential\"}",
                "{\"format\":1,\"generation\":1,\"refresh_token\":\"\",\"received_at\":\"2026-01-01T00:00:00Z\"}",
                "{\"format\":1,\"generation\":1,\"previous\":{}}",
                "{\"format\":1,\"generation\":1,\"previous\":\"hidden-credential\"}",
                "{\"format\":1,\"generation\":1,\"seen_seeds\":[\"hidden-credential\"]}",
                "{\"format\":1,\"generation\":1,\"claim\":{}}",
                "{\"format\":1,\"generation\":1,\"doubt\":{\"at\":\"never\"}}",
                "{\"format\":1,\"generation\":1,\"tokens\":{\"orders\":{}}}",
                "{\"format\":1,\"generation\":1,\"pause\":{\"kind\":\"hidden-credential\"}}",
                "{\"format\":1,\"sealed\":\"hidden-credential\"}",
                "{\"format\":1,\"store\":\"kubernetes:shop/orders\",\"key_id\":\"x\",\"sealed\":\"hidden-credential\"}",
            })
    void anythingElseFailsAndIsNotQuoted(String content) {
        StoreFailure failure = failure(plain, content);

        assertThat(failure.problem()).isIn(StoreProblem.DAMAGED, StoreProblem.FOREIGN, StoreProblem.UNDECRYPTABLE);
        assertThat(failure).hasMessageContaining("Secret shop/orders").hasNoCause();
        assertThat(failure.getMessage()).doesNotContain("hidden-credential");
    }

    @Test
    void everyTruncationIsDamaged() {
        byte[] content = plain.encode(full(), HERE);

        for (int length = 1; length < content.length; length++) {
            assertThat(failure(plain, java.util.Arrays.copyOf(content, length)).problem())
                    .isEqualTo(StoreProblem.DAMAGED);
        }
    }

    @Test
    void aNewerFormatIsLeftAlone() {
        assertThat(failure(plain, "{\"format\":2,\"generation\":\"x\"}").problem())
                .isEqualTo(StoreProblem.UNKNOWN_FORMAT);
        assertThat(failure(sealed, "{\"format\":2,\"sealed\":\"x\"}").problem()).isEqualTo(StoreProblem.UNKNOWN_FORMAT);
    }

    @Test
    void sealedContentShowsNothing() {
        String content = new String(sealed.encode(full(), HERE), UTF_8);

        assertThat(content)
                .contains("\"store\":\"kubernetes:shop/orders\"")
                .doesNotContain("refresh", "access", "claim", "pod");
        assertThat(content).isNotEqualTo(new String(sealed.encode(full(), HERE), UTF_8));
    }

    @Test
    void sealedContentBelongsToOneSecret() {
        byte[] content = sealed.encode(full(), HERE);

        StoreFailure moved = catchThrowableOfType(StoreFailure.class, () -> sealed.decode(content, ELSEWHERE));
        assertThat(moved.problem()).isEqualTo(StoreProblem.FOREIGN);
        assertThat(moved).hasMessage("the session in Secret shop/invoices was encrypted for another Secret");
        String renamed = new String(content, UTF_8).replace("shop/orders", "shop/invoices");
        StoreFailure altered =
                catchThrowableOfType(StoreFailure.class, () -> sealed.decode(renamed.getBytes(UTF_8), ELSEWHERE));
        assertThat(altered.problem()).isEqualTo(StoreProblem.DAMAGED);
    }

    @Test
    void anyKeyOfTheRingOpens() {
        byte[] old = sealed(false, OLD_KEY).encode(full(), HERE);

        assertThat(decode(sealed(false, NEW_KEY, OLD_KEY), old)).isEqualTo(full());
        assertThat(failure(sealed, old).problem()).isEqualTo(StoreProblem.UNDECRYPTABLE);
        assertThat(failure(plain, old).problem()).isEqualTo(StoreProblem.UNDECRYPTABLE);
    }

    @Test
    void plainTextIsRejectedWhereItShouldBeSealed() {
        StoreFailure failure = failure(sealed, plain.encode(full(), HERE));

        assertThat(failure.problem()).isEqualTo(StoreProblem.UNENCRYPTED);
        assertThat(failure)
                .hasMessage("the session in Secret shop/orders is in plain text, although this store is encrypted");
    }

    @Test
    void plainTextIsAcceptedUntilTheFirstSealedWrite() {
        RecordFormat migrating = sealed(true, NEW_KEY);
        byte[] before = plain.encode(full(), HERE);

        assertThat(decode(migrating, before)).isEqualTo(full());
        assertThat(decode(migrating, migrating.encode(full(), HERE))).isEqualTo(full());
        assertThat(decode(migrating, before)).isEqualTo(full());
        migrating.migrated();
        assertThat(failure(migrating, before).problem()).isEqualTo(StoreProblem.UNENCRYPTED);
    }

    static Stream<byte[]> alterations() {
        byte[] content = sealed(false, NEW_KEY).encode(full(), HERE);
        String text = new String(content, UTF_8);
        int at = text.indexOf("\"sealed\":\"") + 20;
        byte[] flipped = content.clone();
        flipped[at] = (byte) (flipped[at] == 'A' ? 'B' : 'A');
        return Stream.of(
                flipped,
                text.replaceFirst("\"nonce\":\"[^\"]*", "\"nonce\":\"AAAAAAAAAAAAAAAA")
                        .getBytes(UTF_8),
                text.replaceFirst("\"nonce\":\"[^\"]*", "\"nonce\":\"%%%").getBytes(UTF_8),
                text.replaceFirst("\"sealed\":\"[^\"]*", "\"sealed\":\"").getBytes(UTF_8));
    }

    @ParameterizedTest
    @MethodSource("alterations")
    void alteredContentIsDamaged(byte[] content) {
        assertThat(failure(sealed, content).problem()).isEqualTo(StoreProblem.DAMAGED);
    }
}
