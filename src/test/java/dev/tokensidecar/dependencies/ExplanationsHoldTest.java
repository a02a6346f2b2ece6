package dev.tokensidecar.dependencies;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The statements about the code in explanations.json are true. */
@AnalyzeClasses(packages = "dev.tokensidecar", importOptions = ImportOption.DoNotIncludeTests.class)
class ExplanationsHoldTest {

    @ArchTest
    static final ArchRule nobodyReadsBaggage = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.opentelemetry.api.baggage..")
            .as("CVE-2026-45292: nobody reads baggage");

    @ArchTest
    static final ArchRule vertxAuthenticatesNobody = noClasses()
            .should()
            .dependOnClassesThat()
            .haveNameMatching("io\\.vertx\\.ext\\.(auth\\..*|web\\.handler\\..*Auth.*)")
            .as("CVE-2026-102460: Vert.x Web authenticates nobody");

    @Test
    void quarkusDecidesAboutNoPath() throws IOException {
        assertThat(Files.readString(Path.of("src", "main", "resources", "application.properties")))
                .as("CVE-2026-87743")
                .doesNotContain("quarkus.http.auth");
    }

    @Test
    void quarkusPropagatesNoBaggage() throws IOException {
        assertThat(Files.readAllLines(Path.of("src", "main", "resources", "application.properties")))
                .as("CVE-2026-45292")
                .contains(
                        "quarkus.otel.propagators=tracecontext",
                        "quarkus.otel.instrument.rest=false",
                        "quarkus.otel.instrument.vertx-http=false");
    }
}
