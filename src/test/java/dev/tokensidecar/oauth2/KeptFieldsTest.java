package dev.tokensidecar.oauth2;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.oauth2.http.Redactor;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.TokenFields;
import dev.tokensidecar.token.TokenResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which further fields of a token response are kept, and for how long. */
class KeptFieldsTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    private static TokenFields kept(String body, String... names) {
        return new KeptFields(List.of(names)).of(Objects.requireNonNull(ResponseFields.read(body)), NOW);
    }

    private static TokenFields fields(String name, String value) {
        return new TokenFields(Map.of(name, Secret.of(value)));
    }

    private static String jwt(Instant expiresAt) {
        String claims = "{\"exp\":" + expiresAt.getEpochSecond() + "}";
        return "e30." + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(UTF_8)) + ".c2ln";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'f':'text'} | text",
                "{'f':4711} | 4711",
                "{'f':true} | true",
                "{'f':{'id':1,'name':'shop'}} | {'id':1,'name':'shop'}",
                "{'f':['a','b']} | ['a','b']",
                "f=a%20text&access_token=a1 | a text",
            })
    void aValueIsKeptAsText(String body, String value) {
        assertThat(kept(body.replace('\'', '"'), "f")).isEqualTo(fields("f", value.replace('\'', '"')));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{\"f\":null}", "{\"f\":\" \"}", "{\"other\":\"text\"}"})
    void whatIsNotThereIsNotKept(String body) {
        assertThat(kept(body, "f")).isEqualTo(TokenFields.NONE);
    }

    @Test
    void onlyTheConfiguredFieldsAreKept() {
        String body =
                "{\"access_token\":\"a1\",\"id_token\":\"identity\",\"instance_url\":\"https://one.example.com\"}";

        assertThat(kept(body)).isEqualTo(TokenFields.NONE);
        assertThat(kept(body, "id_token", "userinfo")).isEqualTo(fields("id_token", "identity"));
    }

    /** Some servers repeat the ID token of the login in the response to a refresh. */
    @Test
    void anExpiredIdTokenCountsAsNotSent() {
        String body = "{\"id_token\":\"" + jwt(NOW) + "\"}";

        assertThat(kept(body, "id_token")).isEqualTo(TokenFields.NONE);
    }

    @Test
    void theFieldThatExpiresFirstEndsTheLifetime() {
        TokenFields fields = fields("id_token", jwt(NOW.plusSeconds(300)));

        assertThat(KeptFields.shortened(HOUR, fields, NOW)).isEqualTo(Duration.ofMinutes(5));
        assertThat(KeptFields.shortened(Duration.ofMinutes(1), fields, NOW)).isEqualTo(Duration.ofMinutes(1));
        assertThat(KeptFields.shortened(HOUR, fields("id_token", "opaque"), NOW))
                .isEqualTo(HOUR);
        assertThat(KeptFields.shortened(null, fields, NOW)).isNull();
    }

    @Test
    void theParserUsesThem() {
        String identity = jwt(NOW.plusSeconds(300));
        String body = "{\"access_token\":\"a1\",\"expires_in\":3600,\"id_token\":\"" + identity + "\"}";
        Dialect dialect = new Dialect(Lifetimes.standard(), ErrorDialect.standard(), Map.of(), List.of("id_token"));

        TokenResponse response = (TokenResponse) new TokenResponseParser(dialect)
                .read(Responses.response(200, null, null, body), new Redactor(List.of()), NOW, null);

        assertThat(response.fields()).isEqualTo(fields("id_token", identity));
        assertThat(response.lifetime()).isEqualTo(Duration.ofMinutes(5));
    }
}
