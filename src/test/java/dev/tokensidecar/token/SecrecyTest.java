package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.tokensidecar.testing.core.FakeProofKey;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No type of the core shows a credential in its text or its JSON. */
class SecrecyTest {

    private static final String ACCESS = "access-token-in-clear";
    private static final String REFRESH = "refresh-token-in-clear";
    private static final String IDENTITY = "id-token-in-clear";
    private static final String KEY = "private-key-in-clear";
    private static final TokenFields FIELDS = new TokenFields(Map.of("id_token", Secret.of(IDENTITY)));

    static Stream<Object> coreTypes() {
        Moment now = new Moment(1, 1);
        BoundKey key = new BoundKey("thumbprint", Secret.of(KEY));
        TokenResponse tokens = new TokenResponse(
                Secret.of(ACCESS),
                AccessToken.DPOP,
                "scope",
                Duration.ofSeconds(30),
                null,
                Secret.of(REFRESH),
                Duration.ofHours(1),
                FIELDS,
                new FakeProofKey(key));
        AccessToken access = new AccessToken(
                tokens, 1, Core.POLICY.validity(tokens.lifetime(), null, now, new Random(1)), RefreshReason.STARTUP);
        RefreshToken refresh = new RefreshToken(Secret.of(REFRESH), Instant.EPOCH, null, key);
        LastRefresh last = new LastRefresh(Instant.EPOCH, RefreshReason.STARTUP, LastRefresh.SUCCESS, Duration.ZERO);
        RefreshTokenState state =
                RefreshTokenState.NONE.rotated(refresh, true, now).invalidating(refresh.hash());
        TokenSnapshot snapshot = TokenSnapshot.EMPTY.granted(access, last);
        ProcessId holder = new ProcessId("pod", "uid", "run");
        SharedToken shared = new SharedToken(
                1,
                Secret.of(ACCESS),
                "DPoP",
                null,
                Instant.EPOCH,
                Duration.ofSeconds(1),
                FIELDS,
                RefreshReason.STARTUP,
                key);
        SessionRecord record = new SessionRecord(
                1,
                refresh,
                refresh,
                List.of(refresh.hash()),
                new Claim(holder, refresh.hash(), "default", Instant.EPOCH),
                new SessionRecord.Doubt(refresh.hash(), Instant.EPOCH),
                new SharedState(Map.of("default", shared), Set.of(refresh.hash()), null));
        return Stream.of(
                Secret.of(ACCESS),
                TokenHash.of(Secret.of(ACCESS)),
                tokens,
                key,
                access,
                refresh,
                state,
                snapshot,
                new TokenState.Idle(snapshot),
                new TokenState.Dead(
                        snapshot,
                        new RefreshFailure.InvalidGrant("invalid_grant", "over"),
                        Set.of(refresh.hash()),
                        now),
                record,
                new StoredRecord(record, "1", refresh, null),
                new Reading(record, record, "1", refresh),
                new RefreshOutcome.Granted(access),
                new RefreshOutcome.Adopted(access),
                new Decision.Serve(access),
                TokenRequest.afterRejection(TokenHash.of(Secret.of(ACCESS)), Duration.ZERO),
                TokenStatus.of(
                        new TokenState.Idle(snapshot),
                        state,
                        new Decider(Core.POLICY),
                        Duration.ZERO,
                        0,
                        null,
                        null,
                        now));
    }

    @ParameterizedTest
    @MethodSource("coreTypes")
    void textContainsNoCredential(Object value) {
        assertThat(value.toString())
                .doesNotContain(ACCESS, REFRESH, IDENTITY, KEY)
                .doesNotContain(hashOfAccess());
    }

    @ParameterizedTest
    @MethodSource("coreTypes")
    void jsonContainsNoCredential(Object value) throws Exception {
        ObjectMapper mapper = new ObjectMapper()
                .registerModule(new JavaTimeModule())
                .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS);

        assertThat(mapper.writeValueAsString(value))
                .doesNotContain(ACCESS, REFRESH, IDENTITY, KEY)
                .doesNotContain(hashOfAccess());
    }

    @ParameterizedTest
    @MethodSource("coreTypes")
    void isNotSerializable(Object value) {
        assertThat(value).isNotInstanceOf(Serializable.class);
    }

    private static String hashOfAccess() {
        try {
            ObjectMapper fieldReader = new ObjectMapper();
            fieldReader.setVisibility(
                    fieldReader.getVisibilityChecker().withFieldVisibility(JsonAutoDetect.Visibility.ANY));
            return fieldReader
                    .readTree(fieldReader.writeValueAsString(TokenHash.of(Secret.of(ACCESS))))
                    .get("hex")
                    .asText();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
