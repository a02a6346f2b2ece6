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

/** {@code /openapi} matches the code. If it does not, {@code target} has the files to copy. */
@QuarkusTest
class DescriptionTest extends SidecarTest {

    @ParameterizedTest
    @ValueSource(strings = {"yaml", "json"})
    void theDescriptionMatchesTheCode(String format) throws IOException {
        String generated = given().get("/generated?format=" + format).asString();
        Path copy = Files.writeString(Path.of("target", "openapi." + format), generated);

        Response served = given().get("/openapi?format=" + format);

        assertThat(served.statusCode()).isEqualTo(200);
        assertThat(served.contentType()).isEqualTo("application/" + format + ";charset=UTF-8");
        assertThat(served.asString()).as("cp " + copy + " src/main/resources").isEqualTo(generated);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/yaml", "*/*"})
    void acceptSelectsTheFormat(String accept) {
        String format = accept.equals("application/json") ? "json" : "yaml";

        assertThat(given().accept(accept).get("/openapi").contentType()).startsWith("application/" + format);
    }
}
