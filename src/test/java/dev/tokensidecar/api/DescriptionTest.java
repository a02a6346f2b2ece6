package dev.tokensidecar.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.quarkus.SidecarTest;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code /openapi} says is what the code says. If it is not, {@code target} has the files to copy. */
@QuarkusTest
class DescriptionTest extends SidecarTest {

    @ParameterizedTest
    @ValueSource(strings = {"yaml", "json"})
    void theDescriptionIsThatOfTheCode(String form) throws IOException {
        String generated = given().get("/generated?format=" + form).asString();
        Path copy = Files.writeString(Path.of("target", "openapi." + form), generated);

        Response served = given().get("/openapi?format=" + form);

        assertThat(served.statusCode()).isEqualTo(200);
        assertThat(served.contentType()).isEqualTo("application/" + form + ";charset=UTF-8");
        assertThat(served.asString()).as("cp " + copy + " src/main/resources").isEqualTo(generated);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/yaml", "*/*"})
    void theFormMayBeAskedForByAccept(String accept) {
        String form = accept.equals("application/json") ? "json" : "yaml";

        assertThat(given().accept(accept).get("/openapi").contentType()).startsWith("application/" + form);
    }
}
