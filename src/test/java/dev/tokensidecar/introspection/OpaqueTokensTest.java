package dev.tokensidecar.introspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.InvalidResponse;
import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import dev.tokensidecar.token.RefreshFailure.Unavailable;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.TokenException;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that only their server understands, in virtual time, with a server that the test holds back. */
class OpaqueTokensTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TestKey KEY = TestKey.of("shop-1", "ES256");

    private final IntrospectionScene scene = new IntrospectionScene();
    private final List<UniEmitter<? super ObjectNode>> held = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();
    private IntrospectionService service = service(Duration.ofSeconds(5), true);

    private IntrospectionService service(Duration maxAge, boolean keys) {
        scene.shopKeys.publish(TestKey.set(KEY));
        OpaqueTokens server = new OpaqueTokens("shop", this::ask, maxAge, scene.runtime, scene.listener);
        IntrospectionService made = new IntrospectionService(
                List.of(new IntrospectionService.CheckedIssuer(
                        IntrospectionScene.rules("shop", IntrospectionScene.SHOP),
                        keys ? scene.keys("shop", scene.shopKeys) : null,
                        server)),
                scene.time,
                Runnable::run,
                scene.listener);
        made.start();
        return made;
    }

    private Uni<ObjectNode> ask(Secret token) {
        return Uni.createFrom().emitter(emitter -> {
            asked.add(token.reveal());
            held.add(emitter);
        });
    }

    private UniAssertSubscriber<Introspection> call(String token) {
        return IntrospectionScene.ask(service, token);
    }

    private static ObjectNode json(JsonObject answer) {
        try {
            return (ObjectNode) JSON.readTree(answer.encode());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private void answer(JsonObject answer) {
        held.removeFirst().complete(json(answer));
    }

    private void fail(RefreshFailure failure) {
        held.removeFirst().fail(failure);
    }

    private JsonObject active() {
        return scene.claims().put("active", true);
    }

    private static String verdict(UniAssertSubscriber<Introspection> result) {
        return switch (result.awaitItem().getItem()) {
            case Introspection.Active active -> "active";
            case Introspection.Inactive inactive -> inactive.reason().label();
        };
    }

    @Test
    void theServerKnowsWhatTheTokenIs() {
        UniAssertSubscriber<Introspection> result = call("opaque");
        answer(active().put("scope", "read"));

        Introspection.Active active = (Introspection.Active) result.awaitItem().getItem();
        assertThat(new JsonObject(active.response().toString()))
                .isEqualTo(
                        scene.claims().put("active", true).put("scope", "read").put("token_type", "Bearer"));
        assertThat(asked).containsExactly("opaque");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"active\":false} | server",
                "{\"aud\":\"billing\"} | audience",
                "{\"aud\":null} | audience",
                "{\"iss\":\"https://other.example\"} | unknown_issuer",
                "{\"token_type\":\"refresh_token\"} | not_access_token",
                "{\"typ\":\"Refresh\"} | not_access_token",
                "{\"exp\":1} | expired",
                "{\"exp\":\"soon\"} | malformed",
                "{\"nbf\":99999999999} | not_yet_valid",
                "{\"extra\":true} | active",
            })
    void theAnswerHasToFulfilTheRulesToo(String difference, String expected) {
        UniAssertSubscriber<Introspection> result = call("opaque");
        answer(active().mergeIn(new JsonObject(difference)));

        assertThat(verdict(result)).isEqualTo(expected);
    }

    @Test
    void anAnswerMayLackWhatIsOptional() {
        UniAssertSubscriber<Introspection> result = call("opaque");
        answer(new JsonObject().put("active", true).put("aud", new JsonArray().add("orders")));

        assertThat(verdict(result)).isEqualTo("active");
    }

    @Test
    void jwtsOfTheIssuerAreCheckedHereAndThoseOfOthersAreShownToNobody() {
        assertThat(verdict(call(KEY.sign(scene.claims())))).isEqualTo("active");
        assertThat(verdict(call(KEY.sign(scene.claims().put("iss", "https://other.example")))))
                .isEqualTo("unknown_issuer");
        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%s ",
                " %s",
                "%s\n",
                "Bearer %s",
                "%s=",
                "\"%s\"",
                "%s.",
                "%s.x",
                "%s.x.y",
                "~%s ~",
                "eyJ.%s",
            })
    void aJwtWithAnOddSpellingIsShownToNobody(String spelling) {
        String other = KEY.sign(scene.claims().put("iss", "https://other.example"));

        assertThat(verdict(call(spelling.formatted(other)))).isEqualTo("malformed");
        assertThat(asked).isEmpty();
    }

    @Test
    void aJwtWhoseHeaderBeginsWithASpaceIsShownToNobody() {
        String header = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{ \"alg\":\"ES256\"}".getBytes(StandardCharsets.UTF_8));

        assertThat(verdict(call(header + ".e30.x="))).isEqualTo("malformed");
        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2YotnFZFEjr1zCsicMWpAA", "ya29.a0Af_-~+/==", "abc.def.ghi", "a.b.c.d", "eyJhIjoxfQ.x"})
    void aTokenThatIsNoJwtIsShownToTheServer(String token) {
        var unused = call(token);

        assertThat(asked).containsExactly(token);
    }

    @Test
    void withoutKeysTheServerIsAskedAboutJwtsToo() {
        service = service(Duration.ofSeconds(5), false);
        String token = KEY.sign(scene.claims());
        UniAssertSubscriber<Introspection> result = call(token);
        answer(new JsonObject().put("active", false));

        assertThat(verdict(result)).isEqualTo("server");
        assertThat(asked).containsExactly(token);
        assertThat(verdict(call(KEY.sign(scene.claims().put("iss", "https://other.example")))))
                .isEqualTo("unknown_issuer");
    }

    @Test
    void callersWithOneTokenShareARequestAndItsAnswerForFiveSeconds() {
        List<UniAssertSubscriber<Introspection>> results =
                Stream.generate(() -> call("opaque")).limit(100).toList();
        results.getFirst().cancel();
        answer(active());

        assertThat(results.subList(1, 100))
                .allSatisfy(result -> assertThat(verdict(result)).isEqualTo("active"));
        scene.time.advance(Duration.ofMillis(4999));
        assertThat(verdict(call("opaque"))).isEqualTo("active");
        assertThat(asked).hasSize(1);

        scene.time.advance(Duration.ofMillis(1));
        UniAssertSubscriber<Introspection> later = call("opaque");
        assertThat(asked).hasSize(2);
        answer(new JsonObject().put("active", false));
        assertThat(verdict(later)).isEqualTo("server");
    }

    @Test
    void theAgeOfAnAnswerCountsFromTheRequest() {
        UniAssertSubscriber<Introspection> slow = call("opaque");
        scene.time.advance(Duration.ofSeconds(5));
        answer(active());

        assertThat(verdict(slow)).isEqualTo("active");
        var unused = call("opaque");
        assertThat(asked).hasSize(2);
    }

    @Test
    void anAnswerIsNeverUsedAfterTheTokenHasExpired() {
        UniAssertSubscriber<Introspection> first = call("opaque");
        answer(active().put("exp", scene.now() - 28));

        assertThat(verdict(first)).isEqualTo("active");
        scene.time.advance(Duration.ofSeconds(3));
        assertThat(verdict(call("opaque"))).isEqualTo("expired");
        assertThat(asked).hasSize(1);
    }

    @Test
    void withoutMemoryOnlyCallersAtTheSameTimeShare() {
        service = service(Duration.ZERO, true);
        UniAssertSubscriber<Introspection> first = call("opaque");
        UniAssertSubscriber<Introspection> second = call("opaque");
        answer(active());
        assertThat(verdict(first)).isEqualTo("active");
        assertThat(verdict(second)).isEqualTo("active");

        var unused = call("opaque");
        assertThat(asked).hasSize(2);
    }

    @Test
    void requestsRunSideBySideUpToALimitAndTheRestWaits() {
        List<UniAssertSubscriber<Introspection>> results =
                IntStream.range(0, 1064).mapToObj(i -> call("token-" + i)).toList();
        assertThat(held).hasSize(64);

        UniAssertSubscriber<Introspection> tooMany = call("one-more");
        assertThat(tooMany.awaitFailure().getFailure()).isInstanceOf(TokenException.TooManyWaiters.class);
        while (!held.isEmpty()) {
            answer(active());
        }
        assertThat(results).allSatisfy(result -> assertThat(verdict(result)).isEqualTo("active"));
        assertThat(asked.stream().distinct()).hasSize(1064);
    }

    @Test
    void aServerThatIsDownIsNotAskedForAMoment() {
        UniAssertSubscriber<Introspection> first = call("a");
        UniAssertSubscriber<Introspection> second = call("b");
        fail(Unavailable.unprocessed("connect_failed", "no connection"));
        fail(Unavailable.unprocessed("connect_failed", "no connection"));
        assertThat(first.awaitFailure().getFailure()).isInstanceOf(Unavailable.class);
        assertThat(second.awaitFailure().getFailure()).isInstanceOf(Unavailable.class);

        RefreshFailure paused = (RefreshFailure) call("c").awaitFailure().getFailure();

        assertThat(paused.retryAfter()).isNotNull();
        assertThat(asked).hasSize(2);
        scene.time.advance(Duration.ofSeconds(1));
        UniAssertSubscriber<Introspection> later = call("c");
        answer(active());
        assertThat(verdict(later)).isEqualTo("active");
    }

    @Test
    void aTokenThatTheServerFailsAtAffectsNobodyElse() {
        UniAssertSubscriber<Introspection> poison = call("poison");
        fail(Unavailable.maybeProcessed("http_500", "the authorization server answered 500"));
        assertThat(poison.awaitFailure().getFailure()).isInstanceOf(Unavailable.class);

        UniAssertSubscriber<Introspection> good = call("good");
        answer(active());

        assertThat(verdict(good)).isEqualTo("active");
    }

    private static Stream<RefreshFailure> failuresOfTheServer() {
        return Stream.of(
                new Misconfigured("invalid_client", "the authorization server answered 401"),
                new Misconfigured("discovery_failed", "no metadata"),
                new Unavailable("http_503", "the authorization server answered 503", true, false, null),
                new Unavailable(
                        "http_500", "the authorization server answered 500", true, false, Duration.ofSeconds(9)),
                new Unavailable("http_429", "the authorization server answered 429", false, true, null));
    }

    @ParameterizedTest
    @MethodSource("failuresOfTheServer")
    void aServerThatAnswersNobodyIsNotAskedForAMoment(RefreshFailure failure) {
        for (int i = 0; i < 100; i++) {
            var unused = call("token-" + i);
            if (!held.isEmpty()) {
                fail(failure);
            }
        }

        assertThat(asked).hasSize(1);
        scene.time.advance(Duration.ofSeconds(10));
        UniAssertSubscriber<Introspection> later = call("later");
        answer(active());
        assertThat(verdict(later)).isEqualTo("active");
    }

    @Test
    void aTokenThatTheServerRejectsIsNotActive() {
        UniAssertSubscriber<Introspection> huge = call("huge");
        fail(new Misconfigured(IntrospectionServer.TOKEN_REJECTED, "the authorization server answered 413"));

        assertThat(verdict(huge)).isEqualTo("server");
        assertThat(scene.heard).doesNotContain("shop unavailable");
        UniAssertSubscriber<Introspection> good = call("good");
        answer(active());
        assertThat(verdict(good)).isEqualTo("active");
    }

    @Test
    void anAnswerThatIsNoneIsTemporary() {
        UniAssertSubscriber<Introspection> result = call("opaque");
        fail(new InvalidResponse("the introspection endpoint answered 200 without a boolean active"));

        assertThat(result.awaitFailure().getFailure()).isInstanceOfSatisfying(Unavailable.class, failure -> {
            assertThat(failure.error()).isEqualTo("invalid_response");
            assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(1));
        });
    }

    @Test
    void aClientThatMayNotAskIsNoVerdict() {
        UniAssertSubscriber<Introspection> result = call("opaque");
        fail(new Misconfigured("invalid_client", "the authorization server answered 401"));

        assertThatThrownBy(() -> {
                    throw result.awaitFailure().getFailure();
                })
                .isInstanceOf(Misconfigured.class);
        assertThat(scene.heard).contains("shop unavailable");
    }
}
