package dev.tokensidecar.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.oauth2.RefreshEndpoint.Body;
import dev.tokensidecar.oauth2.RefreshEndpoint.Method;
import dev.tokensidecar.oauth2.http.OutboundRequest;
import dev.tokensidecar.token.Secret;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RefreshRequestTest {

    @Test
    void pointersMakeNestedObjects() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("/session/token", "{refresh_token}");
        fields.put("/session/kind", "mobile");
        fields.put("/a~1b/c~0d/0/-", "1");
        fields.put("plain/~name", "2");
        fields.put("/", "3");

        assertThat(json(fields, Map.of("refresh_token", Secret.of("r1"))))
                .isEqualTo(
                        "{\"session\":{\"token\":\"r1\",\"kind\":\"mobile\"},\"a/b\":{\"c~d\":{\"0\":{\"-\":\"1\"}}},"
                                + "\"plain/~name\":\"2\",\"\":\"3\"}");
    }

    /** A GitHub App limits a token so. */
    @Test
    void aNumberAtTheEndMakesAList() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("/repositories/0", "shop");
        fields.put("/permissions/contents", "read");
        fields.put("/repositories/1", "orders");
        fields.put("/0", "no list");

        assertThat(json(fields, Map.of()))
                .isEqualTo("{\"repositories\":[\"shop\",\"orders\"],\"permissions\":{\"contents\":\"read\"},"
                        + "\"0\":\"no list\"}");
    }

    @Test
    void withoutFieldsThereIsNoBody() {
        RefreshEndpoint.Request request =
                new RefreshEndpoint.Request(Method.POST, Body.JSON, Map.of(), Map.of("a", "{assertion}"));

        assertThat(new RefreshRequest(request, Map.of("assertion", Secret.of("j")))
                        .toOutboundRequest()
                        .body())
                .isNull();
    }

    @Test
    void textInACredentialIsNeverAPlaceholder() {
        Map<String, Secret> credentials = Map.of(
                "refresh_token", Secret.of("{client_secret}\",\"admin\":\"$1\\"), "client_secret", Secret.of("s1"));

        assertThat(json(Map.of("t", "<{refresh_token}>{client_secret}{other}"), credentials))
                .isEqualTo("{\"t\":\"<{client_secret}\\\",\\\"admin\\\":\\\"$1\\\\>s1{other}\"}");
    }

    @Test
    void toStringHidesBodyAndHeaders() {
        RefreshEndpoint.Request request = new RefreshEndpoint.Request(
                Method.POST,
                Body.JSON,
                Map.of("t", "{refresh_token}"),
                Map.of("Authorization", "Bearer {refresh_token}"));

        OutboundRequest outbound =
                new RefreshRequest(request, Map.of("refresh_token", Secret.of("r1-secret"))).toOutboundRequest();

        assertThat(outbound.toString()).contains("POST").doesNotContain("r1-secret");
    }

    static String json(Map<String, String> fields, Map<String, Secret> credentials) {
        RefreshEndpoint.Request request = new RefreshEndpoint.Request(Method.POST, Body.JSON, fields, Map.of());
        return Objects.requireNonNull(new RefreshRequest(request, credentials)
                        .toOutboundRequest()
                        .body())
                .content();
    }
}
