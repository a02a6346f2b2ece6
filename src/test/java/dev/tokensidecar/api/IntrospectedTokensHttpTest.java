package dev.tokensidecar.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.quarkus.DemoServer;
import dev.tokensidecar.testing.quarkus.DemoServerResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * {@code POST /introspect} with the demo server as the issuer, whose JWTs are checked and whose opaque tokens it knows. The
 * clock of the application is that of the server, so this is no {@code SidecarTest}.
 */
@QuarkusTest
@WithTestResource(DemoServerResource.class)
@SuppressWarnings("NullAway.Init")
@TestProfile(IntrospectedTokensHttpTest.WithIssuer.class)
class IntrospectedTokensHttpTest {

    private static final String SHOP = "sidecar.introspection.shop.";

    /** The demo server is the issuer. */
    public static final class WithIssuer implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    SHOP + "issuer", "${sidecar.token.authorization-server.issuer}",
                    SHOP + "audience", "demo-api",
                    SHOP + "method", "mixed",
                    SHOP + "server.client", "default");
        }
    }

    DemoServer demo;

    private String tokenOf(String user, String query) {
        return given().post(demo.server().issuer() + "/users/" + user + "/token" + query)
                .jsonPath()
                .getString("access_token");
    }

    private static Response introspect(String token) {
        return given().formParam("token", token).post("/introspect");
    }

    @Test
    void aJwtIsCheckedWithTheKeysOfItsIssuer() {
        Response response = introspect(tokenOf("anna", "?format=jwt"));

        assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
        assertThat(response.jsonPath().getBoolean("active")).isTrue();
        assertThat(response.jsonPath().getString("sub")).isEqualTo("anna");
        assertThat(response.jsonPath().getString("scope")).isEqualTo("read write");
        assertThat(response.header("Content-Type")).isEqualTo("application/json;charset=UTF-8");
        assertThat(response.header("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    void theServerIsAskedAboutAnOpaqueToken() {
        String token = tokenOf("bert", "");
        int before = demo.server().introspections();

        assertThat(introspect(token).jsonPath().getString("sub")).isEqualTo("bert");
        assertThat(introspect(token).jsonPath().getBoolean("active")).isTrue();
        assertThat(demo.server().introspections() - before).isEqualTo(1);
    }

    @Test
    void nobodyLearnsWhyATokenIsNotActive() {
        String jwt = tokenOf("anna", "?format=jwt");

        assertThat(introspect(jwt.substring(0, jwt.lastIndexOf('.') + 1) + "AAAA")
                        .asString())
                .isEqualTo("{\"active\":false}");
        assertThat(introspect("unknown").asString()).isEqualTo("{\"active\":false}");
    }

    @Test
    void aMalformedRequestIsAnErrorOfTheStandard() {
        Response none = given().formParam("token_type_hint", "access_token").post("/introspect");
        Response two = given().formParam("token", "a", "b").post("/introspect");

        assertThat(none.statusCode()).isEqualTo(400);
        assertThat(none.jsonPath().getString("error")).isEqualTo("invalid_request");
        assertThat(two.statusCode()).isEqualTo(400);
        assertThat(two.jsonPath().getString("error_description")).isEqualTo("send token once");
    }
}
