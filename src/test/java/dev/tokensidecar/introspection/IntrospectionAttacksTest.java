package dev.tokensidecar.introspection;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens that must not pass, and those that must. One row for each. */
class IntrospectionAttacksTest {

    private static final TestKey RSA = TestKey.rsa("shop-1");
    private static final TestKey EC = TestKey.of("shop-2", "ES256");
    private static final TestKey ED = TestKey.of("shop-3", "EdDSA");
    private static final TestKey SMALL = TestKey.small("shop-small");
    private static final TestKey FOR_ENCRYPTION = TestKey.rsa("shop-enc");
    private static final TestKey FOR_PS256 = TestKey.rsa("shop-ps256");
    private static final TestKey PARTNER = TestKey.rsa("partner-1");
    private static final TestKey STRANGER = TestKey.rsa("shop-1");
    private static final String OCT = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32]);

    private final IntrospectionScene scene = new IntrospectionScene();

    record Row(String name, String expected, Attack attack) {

        @Override
        public String toString() {
            return name + ": " + expected;
        }
    }

    interface Attack {
        String token(JsonObject claims, long now);
    }

    private static Row row(String name, String expected, Attack attack) {
        return new Row(name, expected, attack);
    }

    /** A token that differs in its claims only. */
    private static Row claim(String name, Object value, String expected) {
        return row(
                name + "=" + value,
                expected,
                (claims, now) -> RSA.sign(claims.copy().put(name, value)));
    }

    private static Row without(String name, String expected) {
        return row("no " + name, expected, (claims, now) -> {
            JsonObject fewer = claims.copy();
            fewer.remove(name);
            return RSA.sign(fewer);
        });
    }

    private static Row time(String name, int seconds, String expected) {
        return row(
                name + " at " + seconds + " s",
                expected,
                (claims, now) -> RSA.sign(claims.copy().put(name, now + seconds)));
    }

    private static Row header(String name, Object value, String expected) {
        return row(
                "header " + name + "=" + value,
                expected,
                (claims, now) -> RSA.sign(Map.of("alg", "RS256", "kid", "shop-1", name, value), claims.encode()));
    }

    private static String base64(String text) {
        return base64(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String part(String token, int number) {
        return token.split("\\.", -1)[number];
    }

    private static Stream<Row> tokens() {
        return Stream.of(good(), algorithms(), headers(), keys(), forms(), claims(), kinds())
                .flatMap(List::stream);
    }

    private static List<Row> good() {
        return List.of(
                row("RS256", "active", (claims, now) -> RSA.sign(claims)),
                row("ES256", "active", (claims, now) -> EC.sign(claims)),
                row("EdDSA", "active", (claims, now) -> ED.sign(claims)),
                row(
                        "the other issuer",
                        "active",
                        (claims, now) -> PARTNER.sign(claims.copy().put("iss", IntrospectionScene.PARTNER))),
                row(
                        "PS256 with an RSA key",
                        "active",
                        (claims, now) -> RSA.sign(Map.of("alg", "PS256", "kid", "shop-1"), claims.encode())),
                row("no kid", "active", (claims, now) -> EC.sign(Map.of("alg", "ES256"), claims.encode())),
                header("typ", "JWT", "active"),
                header("typ", "at+jwt", "active"),
                header("typ", "application/AT+JWT", "active"),
                header("x5t", "unknown", "active"));
    }

    private static List<Row> algorithms() {
        return List.of(
                row(
                        "none",
                        "algorithm",
                        (claims, now) -> base64("{\"alg\":\"none\"}") + "." + base64(claims.encode()) + "."),
                row(
                        "none with a kid, and the signature of another token",
                        "algorithm",
                        (claims, now) -> base64("{\"alg\":\"none\",\"kid\":\"shop-1\"}") + "." + base64(claims.encode())
                                + "." + part(RSA.sign(claims), 2)),
                row(
                        "None in other letters",
                        "algorithm",
                        (claims, now) -> base64("{\"alg\":\"nOnE\"}") + "." + base64(claims.encode()) + "."),
                row(
                        "HS256 with the public key as the secret",
                        "algorithm",
                        (claims, now) -> TestKey.sign(
                                Map.of("alg", "HS256", "kid", "shop-1"),
                                claims.encode(),
                                new HmacKey(RSA.pair().getPublic().getEncoded()))),
                row(
                        "HS256 with the JWK as the secret",
                        "algorithm",
                        (claims, now) -> TestKey.sign(
                                Map.of("alg", "HS256", "kid", "shop-1"),
                                claims.encode(),
                                new HmacKey(RSA.jwk().encode().getBytes(StandardCharsets.UTF_8)))),
                row(
                        "HS256 with a symmetric key of the set",
                        "algorithm",
                        (claims, now) -> TestKey.sign(
                                Map.of("alg", "HS256", "kid", "shop-oct"), claims.encode(), new HmacKey(new byte[32]))),
                row(
                        "an algorithm of another kind of key",
                        "unknown_key",
                        (claims, now) -> EC.sign(Map.of("alg", "ES256", "kid", "shop-1"), claims.encode())),
                row(
                        "an algorithm that the key is not for",
                        "unknown_key",
                        (claims, now) -> FOR_PS256.sign(Map.of("alg", "RS256", "kid", "shop-ps256"), claims.encode())),
                row(
                        "an algorithm that nobody knows",
                        "algorithm",
                        (claims, now) -> base64("{\"alg\":\"XX1\",\"kid\":\"shop-1\"}") + "." + base64(claims.encode())
                                + "." + base64("x")));
    }

    private static List<Row> headers() {
        return List.of(
                row(
                        "a key in the header",
                        "header",
                        (claims, now) -> STRANGER.sign(
                                Map.of(
                                        "alg",
                                        "RS256",
                                        "kid",
                                        "shop-1",
                                        "jwk",
                                        STRANGER.jwk().getMap()),
                                claims.encode())),
                header("jwk", RSA.jwk().getMap(), "header"),
                header("jku", "https://attacker.example/keys", "header"),
                header("x5u", "https://attacker.example/certificate", "header"),
                header("crit", List.of("exp"), "header"),
                header("typ", "logout+jwt", "type"),
                header("typ", "dpop+jwt", "type"),
                header("typ", "JOSE", "type"),
                header("typ", 7, "type"),
                header("typ", List.of("JWT"), "type"),
                row("a typ of 40 levels", "type", (claims, now) -> unsigned(nested("typ", 40), claims.encode())),
                row("a typ of 1,200 levels", "malformed", (claims, now) -> unsigned(nested("typ", 1200), "{}")),
                row(
                        "any header of 20,000 levels",
                        "malformed",
                        (claims, now) -> unsigned(nested("x", 20_000), claims.encode())),
                row(
                        "a certificate of a stranger in the header is not looked at",
                        "signature",
                        (claims, now) -> STRANGER.sign(
                                Map.of("alg", "RS256", "kid", "shop-1", "x5c", List.of("MIIB")), claims.encode())),
                row(
                        "a payload that is not encoded (RFC 7797)",
                        "malformed",
                        (claims, now) ->
                                base64("{\"alg\":\"RS256\",\"kid\":\"shop-1\",\"b64\":false,\"crit\":[\"b64\"]}") + "."
                                        + base64(claims.encode()) + "." + part(RSA.sign(claims), 2)));
    }

    /** A member with a list in a list, and so on. */
    private static String nested(String name, int depth) {
        return "\"" + name + "\":" + "[".repeat(depth) + "]".repeat(depth);
    }

    private static String unsigned(String header, String claims) {
        return base64("{\"alg\":\"RS256\",\"kid\":\"shop-1\"," + header + "}") + "." + base64(claims) + "."
                + base64(new byte[256]);
    }

    private static List<Row> keys() {
        return List.of(
                row("a key of nobody with the kid of a real one", "signature", (claims, now) -> STRANGER.sign(claims)),
                row("a key of another issuer", "unknown_key", (claims, now) -> PARTNER.sign(claims)),
                row(
                        "a key of another issuer without kid",
                        "signature",
                        (claims, now) -> PARTNER.sign(Map.of("alg", "RS256"), claims.encode())),
                row("a key that is too small", "unknown_key", (claims, now) -> SMALL.sign(claims)),
                row("a key for encryption", "unknown_key", (claims, now) -> FOR_ENCRYPTION.sign(claims)),
                row(
                        "a kid that is a path",
                        "unknown_key",
                        (claims, now) ->
                                STRANGER.sign(Map.of("alg", "RS256", "kid", "../../../../dev/null"), claims.encode())),
                row(
                        "a kid that is not a text",
                        "header",
                        (claims, now) -> STRANGER.sign(Map.of("alg", "RS256", "kid", 1), claims.encode())),
                row(
                        "an issuer that is not configured",
                        "unknown_issuer",
                        (claims, now) -> RSA.sign(claims.copy().put("iss", "https://login.example.com/realms/other"))),
                row(
                        "an issuer with a slash at its end",
                        "unknown_issuer",
                        (claims, now) -> RSA.sign(claims.copy().put("iss", IntrospectionScene.SHOP + "/"))),
                without("iss", "unknown_issuer"),
                claim("iss", new JsonArray().add(IntrospectionScene.SHOP), "unknown_issuer"));
    }

    private static List<Row> forms() {
        return List.of(
                row("not a JWT", "malformed", (claims, now) -> "2YotnFZFEjr1zCsicMWpAA"),
                row("an empty signature", "signature", (claims, now) -> {
                    String token = RSA.sign(claims);
                    return part(token, 0) + "." + part(token, 1) + ".";
                }),
                row("no signature", "malformed", (claims, now) -> {
                    String token = RSA.sign(claims);
                    return part(token, 0) + "." + part(token, 1);
                }),
                row("a fourth part", "malformed", (claims, now) -> RSA.sign(claims) + ".x"),
                row("the claims of another token", "signature", (claims, now) -> {
                    String token = RSA.sign(claims);
                    return part(token, 0) + "."
                            + base64(claims.copy().put("sub", "admin").encode()) + "." + part(token, 2);
                }),
                row("a character that Base64 decoders skip", "malformed", (claims, now) -> RSA.sign(claims) + "!"),
                row("a line end", "malformed", (claims, now) -> RSA.sign(claims) + "\n"),
                row("padding", "malformed", (claims, now) -> RSA.sign(claims) + "=="),
                row("ES256 with r and s of zero", "signature", (claims, now) -> {
                    String token = EC.sign(claims);
                    return part(token, 0) + "." + part(token, 1) + "." + base64(new byte[64]);
                }),
                row(
                        "claims that are no object",
                        "malformed",
                        (claims, now) -> RSA.sign(Map.of("alg", "RS256", "kid", "shop-1"), "[]")),
                row(
                        "a claim that occurs twice",
                        "malformed",
                        (claims, now) -> RSA.sign(
                                Map.of("alg", "RS256", "kid", "shop-1"),
                                claims.encode().replace("{", "{\"iss\":\"https://partner.example.net\","))),
                row(
                        "claims with something after them",
                        "malformed",
                        (claims, now) -> RSA.sign(Map.of("alg", "RS256", "kid", "shop-1"), claims.encode() + "{}")),
                row(
                        "claims of 1,200 levels",
                        "malformed",
                        (claims, now) -> RSA.sign(
                                Map.of("alg", "RS256", "kid", "shop-1"),
                                claims.encode().replace("{", "{" + nested("x", 1200) + ","))),
                row(
                        "claims of 40 levels",
                        "active",
                        (claims, now) -> RSA.sign(
                                Map.of("alg", "RS256", "kid", "shop-1"),
                                claims.encode().replace("{", "{" + nested("x", 40) + ","))),
                row(
                        "a header that occurs twice",
                        "malformed",
                        (claims, now) ->
                                base64("{\"alg\":\"RS256\",\"alg\":\"none\"}") + "." + base64(claims.encode()) + "."),
                row("an encrypted token", "malformed", (claims, now) -> "eyJhbGciOiJkaXIifQ.a.b.c.d"));
    }

    private static List<Row> claims() {
        return List.of(
                time("exp", -31, "expired"),
                time("exp", -30, "expired"),
                time("exp", -29, "active"),
                without("exp", "no_expiry"),
                claim("exp", "2000000000", "malformed"),
                claim("exp", -1, "expired"),
                row(
                        "exp=1e999999999",
                        "active",
                        (claims, now) -> RSA.sign(
                                Map.of("alg", "RS256", "kid", "shop-1"),
                                claims.encode().replaceAll("\"exp\":\\d+", "\"exp\":1e999999999"))),
                row(
                        "exp=null",
                        "malformed",
                        (claims, now) -> RSA.sign(claims.copy().putNull("exp"))),
                time("nbf", 31, "not_yet_valid"),
                time("nbf", 30, "active"),
                claim("nbf", "soon", "malformed"),
                claim("aud", "billing", "audience"),
                claim("aud", "orders-admin", "audience"),
                claim("aud", new JsonArray().add("billing").add("orders"), "active"),
                claim("aud", new JsonArray(), "audience"),
                claim("aud", new JsonArray().add(new JsonArray().add("orders")), "audience"),
                claim("aud", new JsonObject().put("orders", true), "audience"),
                without("aud", "audience"));
    }

    private static List<Row> kinds() {
        return List.of(
                claim("at_hash", "77QmUPtjPfzWtF2AnpK9RQ", "not_access_token"),
                claim("c_hash", "LDktKdoQak3Pk0cnXxCltA", "not_access_token"),
                claim("events", new JsonObject(), "not_access_token"),
                claim("typ", "ID", "not_access_token"),
                claim("typ", "Refresh", "not_access_token"),
                claim("typ", "Bearer", "active"),
                claim("token_use", "id", "not_access_token"),
                claim("token_use", "access", "active"));
    }

    private IntrospectionService service(TrustedIssuer shop) {
        JsonObject encryption = FOR_ENCRYPTION.jwk().put("use", "enc");
        JsonObject ps256 = FOR_PS256.jwk().put("alg", "PS256");
        JsonObject oct = new JsonObject().put("kty", "oct").put("k", OCT).put("kid", "shop-oct");
        JsonObject future = new JsonObject().put("kty", "future").put("kid", "shop-future");
        scene.shopKeys.publish(new JsonObject()
                .put("keys", List.of(future, RSA.jwk(), EC.jwk(), ED.jwk(), SMALL.jwk(), encryption, ps256, oct))
                .encode());
        scene.partnerKeys.publish(TestKey.set(PARTNER));
        return scene.started(shop);
    }

    @ParameterizedTest
    @MethodSource("tokens")
    void theTokenIs(Row row) {
        IntrospectionService service = service(IntrospectionScene.rules("shop", IntrospectionScene.SHOP));

        assertThat(IntrospectionScene.verdict(service, row.attack().token(scene.claims(), scene.now())))
                .isEqualTo(row.expected());
    }

    @Test
    void aTokenHasOneSpelling() {
        IntrospectionService service = service(IntrospectionScene.rules("shop", IntrospectionScene.SHOP));
        String good = RSA.sign(scene.claims());
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

        assertThat(alphabet.chars()
                        .mapToObj(last -> good.substring(0, good.length() - 1) + (char) last)
                        .filter(token ->
                                IntrospectionScene.verdict(service, token).equals("active")))
                .containsExactly(good);
    }

    @Test
    void theTypeThatIsRequiredIsTheOnlyOne() {
        TrustedIssuer rules = new TrustedIssuer(
                "shop",
                IntrospectionScene.SHOP,
                Set.of(),
                Set.of("RS256"),
                Duration.ZERO,
                Set.of(),
                Map.of(),
                "at+jwt");
        IntrospectionService service = service(rules);
        String claims = scene.claims().encode();

        assertThat(IntrospectionScene.verdict(
                        service, RSA.sign(Map.of("alg", "RS256", "kid", "shop-1", "typ", "at+jwt"), claims)))
                .isEqualTo("active");
        assertThat(IntrospectionScene.verdict(
                        service, RSA.sign(Map.of("alg", "RS256", "kid", "shop-1", "typ", "JWT"), claims)))
                .isEqualTo("type");
        assertThat(IntrospectionScene.verdict(service, RSA.sign(Map.of("alg", "RS256", "kid", "shop-1"), claims)))
                .isEqualTo("type");
        assertThat(IntrospectionScene.verdict(service, EC.sign(scene.claims()))).isEqualTo("algorithm");
    }

    @Test
    void requiredScopesAndClaimsAreRequired() {
        TrustedIssuer rules = new TrustedIssuer(
                "shop",
                IntrospectionScene.SHOP,
                Set.of("orders"),
                IntrospectionScene.ALGORITHMS,
                Duration.ZERO,
                Set.of("read", "write"),
                Map.of("/realm_access/roles", "clerk", "tid", "7"),
                null);
        IntrospectionService service = service(rules);
        JsonObject roles =
                new JsonObject().put("roles", new JsonArray().add("clerk").add("other"));
        JsonObject complete = scene.claims()
                .put("scope", "read write")
                .put("realm_access", roles)
                .put("tid", 7);

        assertThat(IntrospectionScene.verdict(service, RSA.sign(complete))).isEqualTo("active");
        assertThat(IntrospectionScene.verdict(service, RSA.sign(complete.copy().put("scope", "read"))))
                .isEqualTo("scope");
        assertThat(IntrospectionScene.verdict(service, RSA.sign(complete.copy().put("scope", "readwrite"))))
                .isEqualTo("scope");
        JsonObject listed =
                complete.copy().put("scp", new JsonArray().add("read").add("write"));
        listed.remove("scope");
        assertThat(IntrospectionScene.verdict(service, RSA.sign(listed))).isEqualTo("active");
        assertThat(IntrospectionScene.verdict(service, RSA.sign(complete.copy().put("tid", "8"))))
                .isEqualTo("claim");
        assertThat(IntrospectionScene.verdict(service, RSA.sign(complete.copy().put("realm_access", new JsonObject()))))
                .isEqualTo("claim");
    }

    @Test
    void anyAudienceHasToBeConfigured() {
        TrustedIssuer rules = new TrustedIssuer(
                "shop",
                IntrospectionScene.SHOP,
                Set.of(),
                IntrospectionScene.ALGORITHMS,
                Duration.ZERO,
                Set.of(),
                Map.of(),
                null);
        JsonObject claims = scene.claims();
        claims.remove("aud");

        assertThat(IntrospectionScene.verdict(service(rules), RSA.sign(claims))).isEqualTo("active");
    }

    @Test
    void theResponseHasTheClaimsAndTheNamesOfTheStandard() {
        IntrospectionService service = service(IntrospectionScene.rules("shop", IntrospectionScene.SHOP));
        JsonObject claims = scene.claims()
                .put("azp", "web")
                .put("preferred_username", "anna@example.com")
                .put("scp", new JsonArray().add("write").add("read"))
                .put("active", false)
                .put("roles", new JsonArray().add("clerk"));

        Introspection result = Objects.requireNonNull(
                IntrospectionScene.ask(service, RSA.sign(claims)).awaitItem().getItem());

        assertThat(new JsonObject(((Introspection.Active) result).response().toString()))
                .isEqualTo(claims.copy()
                        .put("active", true)
                        .put("scope", "read write")
                        .put("client_id", "web")
                        .put("username", "anna@example.com")
                        .put("token_type", "Bearer"));
        assertThat(result.toString()).doesNotContain("anna");
    }

    @Test
    void aBoundTokenSaysSo() {
        IntrospectionService service = service(IntrospectionScene.rules("shop", IntrospectionScene.SHOP));
        JsonObject claims = scene.claims().put("cnf", new JsonObject().put("jkt", "thumbprint"));

        Introspection result = Objects.requireNonNull(
                IntrospectionScene.ask(service, RSA.sign(claims)).awaitItem().getItem());

        assertThat(((Introspection.Active) result).response().path("token_type").asText())
                .isEqualTo("DPoP");
    }

    @Test
    void aTokenWithoutKidIsNotTriedWithManyKeys() {
        TestKey[] many =
                Stream.generate(() -> TestKey.of("same", "ES256")).limit(11).toArray(TestKey[]::new);
        scene.shopKeys.publish(TestKey.set(many));
        scene.partnerKeys.publish(TestKey.set(PARTNER));
        IntrospectionService service = scene.started(IntrospectionScene.rules("shop", IntrospectionScene.SHOP));

        assertThat(IntrospectionScene.verdict(
                        service,
                        many[0].sign(Map.of("alg", "ES256"), scene.claims().encode())))
                .isEqualTo("unknown_key");
    }
}
