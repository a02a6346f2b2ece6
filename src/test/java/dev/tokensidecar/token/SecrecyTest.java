package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever of the core ends up in a message or in a JSON document shows no credential. */
class SecrecyTest {

    private static final String ACCESS = "access-token-in-clear";
    private static final String REFRESH = "refresh-token-in-clear";

    static Stream<Object> coreTypes() {
        Moment now = new Moment(1, 1);
        TokenResponse tokens = new TokenResponse(
                Secret.of(ACCESS), "Bearer", "scope", Duration.ofSeconds(30), Secret.of(REFRESH), Duration.ofHours(1));
        AccessToken access = new AccessToken(
                tokens, 1, Core.POLICY.validity(tokens.lifetime(), null, now, new Random(1)), RefreshReason.STARTUP);
        RefreshToken refresh = new RefreshToken(Secret.of(REFRESH), Instant.EPOCH, null);
        LastRefresh last = new LastRefresh(Instant.EPOCH, RefreshReason.STARTUP, LastRefresh.SUCCESS, Duration.ZERO);
        RefreshTokenState kept = RefreshTokenState.NONE.rotated(refresh, true, now).invalidating(refresh.hash());
        TokenSnapshot held = TokenSnapshot.EMPTY.granted(access, last);
        return Stream.of(
                Secret.of(ACCESS),
                TokenHash.of(Secret.of(ACCESS)),
                tokens,
                access,
                refresh,
                kept,
                held,
                new TokenState.Idle(held),
                new TokenState.Dead(
                        held, new RefreshFailure.InvalidGrant("invalid_grant", "over"), Set.of(refresh.hash()), now),
                new StoreContents(refresh, refresh, refresh, Instant.EPOCH, null),
                new RefreshOutcome.Granted(access),
                new Decision.Serve(access),
                TokenRequest.afterRejection(TokenHash.of(Secret.of(ACCESS)), Duration.ZERO),
                TokenStatus.of(new TokenState.Idle(held), kept, new Decider(Core.POLICY), 0, null, now));
    }

    @ParameterizedTest
    @MethodSource("coreTypes")
    void isNotSeenInItsText(Object value) {
        assertThat(value.toString()).doesNotContain(ACCESS, REFRESH).doesNotContain(hashOfAccess());
    }

    @ParameterizedTest
    @MethodSource("coreTypes")
    void isNotSeenInItsJson(Object value) throws Exception {
        ObjectMapper mapper = new ObjectMapper()
                .registerModule(new JavaTimeModule())
                .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS);

        assertThat(mapper.writeValueAsString(value))
                .doesNotContain(ACCESS, REFRESH)
                .doesNotContain(hashOfAccess());
    }

    @ParameterizedTest
    @MethodSource("coreTypes")
    void cannotBeSerialisedByJava(Object value) {
        assertThat(value).isNotInstanceOf(Serializable.class);
    }

    private static String hashOfAccess() {
        try {
            ObjectMapper nosy = new ObjectMapper();
            nosy.setVisibility(nosy.getVisibilityChecker().withFieldVisibility(JsonAutoDetect.Visibility.ANY));
            return nosy.readTree(nosy.writeValueAsString(TokenHash.of(Secret.of(ACCESS))))
                    .get("hex")
                    .asText();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
