package dev.tokensidecar.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.quarkus.SidecarTest;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Discovery by OAuth client libraries (RFC 8414). */
@QuarkusTest
class MetadataHttpTest extends SidecarTest {

    @ParameterizedTest
    @CsvSource({
        "oauth-authorization-server, localhost",
        "oauth-authorization-server, 127.0.0.1",
        "openid-configuration, localhost",
    })
    void aLibraryFindsTheTokenEndpointByTheAddressOfTheSidecar(String document, String host) {
        String issuer = "http://" + host + ":" + RestAssured.port;

        JsonPath metadata = given().get(issuer + "/.well-known/" + document).jsonPath();

        assertThat(metadata.getString("issuer")).isEqualTo(issuer);
        assertThat(metadata.getList("grant_types_supported")).hasToString("[client_credentials]");
        assertThat(metadata.getList("response_types_supported")).isEmpty();
        assertThat(metadata.getList("token_endpoint_auth_methods_supported"))
                .hasToString("[client_secret_basic, client_secret_post, none]");
        given().formParam("grant_type", "client_credentials")
                .post(metadata.getString("token_endpoint"))
                .then()
                .statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "sidecar:8191"})
    void nobodyElseGetsMetadata(String host) {
        assertThat(given().header("Host", host)
                        .get("/.well-known/oauth-authorization-server")
                        .statusCode())
                .isEqualTo(403);
    }
}
