package dev.tokensidecar.introspection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.token.Secret;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The test vectors of others: Project Wycheproof, and the JOSE cookbook (RFC 7520, RFC 8037). The files name their source. */
class SignatureVectorsTest {

    private static final Path VECTORS = Path.of("src", "test", "resources", "jws");

    /** Valid vectors whose key is for another algorithm, by its {@code alg}: we are stricter. ES521 does not exist. */
    private static final Set<Integer> OF_ANOTHER_ALGORITHM = Set.of(346, 347, 350, 351);

    record Vector(String name, int id, JsonObject key, String jws, boolean valid) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static List<JsonObject> objects(JsonArray array) {
        return array.stream().map(JsonObject.class::cast).toList();
    }

    static Stream<Vector> wycheproof() throws IOException {
        JsonObject file = new JsonObject(Files.readString(VECTORS.resolve("wycheproof.json")));
        return objects(file.getJsonArray("groups")).stream()
                .flatMap(group -> objects(group.getJsonArray("tests")).stream()
                        .map(test -> new Vector(
                                test.getInteger("id") + " " + group.getString("comment") + " "
                                        + test.getString("comment"),
                                test.getInteger("id"),
                                group.getJsonObject("key"),
                                test.getString("jws"),
                                test.getString("result").equals("valid"))));
    }

    static Stream<JsonObject> cookbook() throws IOException {
        JsonObject file = new JsonObject(Files.readString(VECTORS.resolve("cookbook.json")));
        return objects(file.getJsonArray("examples")).stream();
    }

    private static boolean isAccepted(String jws, JsonObject key) {
        SignedToken token = jws.isEmpty() ? null : SignedToken.parse(Secret.of(jws));
        KeySet keys = Objects.requireNonNull(KeySet.parse(
                new JsonObject().put("keys", new JsonArray().add(key)).encode()));
        return token != null
                && token.problem(IntrospectionScene.rules("shop", IntrospectionScene.SHOP)) == null
                && token.isSignedBy(keys.candidates(token.keyId(), token.algorithm()), IntrospectionScene.ALGORITHMS);
    }

    @ParameterizedTest
    @MethodSource("wycheproof")
    void theVectorIsJudgedRight(Vector vector) {
        boolean expected = vector.valid && !OF_ANOTHER_ALGORITHM.contains(vector.id);

        assertThat(isAccepted(vector.jws, vector.key)).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("cookbook")
    void theExampleIsAcceptedUnlessItIsSymmetric(JsonObject example) {
        boolean symmetric = example.getJsonObject("key").getString("kty").equals("oct");

        assertThat(isAccepted(example.getString("jws"), example.getJsonObject("key")))
                .isEqualTo(!symmetric);
    }

    /** Changes one bit of the signature after the other, every seventh of them. */
    @ParameterizedTest
    @MethodSource("asymmetric")
    void noBitOfTheSignatureMayDiffer(JsonObject example) {
        JsonObject key = example.getJsonObject("key");
        String[] parts = example.getString("jws").split("\\.", -1);
        byte[] signature = Base64.getUrlDecoder().decode(parts[2].getBytes(StandardCharsets.US_ASCII));

        for (int bit = 0; bit < 8 * signature.length; bit += 7) {
            byte[] changed = signature.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            String jws = parts[0] + "." + parts[1] + "."
                    + Base64.getUrlEncoder().withoutPadding().encodeToString(changed);
            assertThat(isAccepted(jws, key)).as("bit " + bit).isFalse();
        }
    }

    static Stream<JsonObject> asymmetric() throws IOException {
        return cookbook()
                .filter(example ->
                        !example.getJsonObject("key").getString("kty").equals("oct"));
    }
}
