package dev.tokensidecar.dependencies;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Matching of advisories and libraries. */
class AdvisoryListTest {

    private static final Part NETTY = new Part("io.netty:netty-codec-http2", "4.1.130.Final");

    @Test
    void anAdvisoryMatchesUntilTheFixedVersion() throws IOException {
        AdvisoryList known = AdvisoryList.read();

        assertThat(ids(known, NETTY)).contains("GHSA-w9fj-cfpg-grvv");
        assertThat(ids(known, new Part(NETTY.name(), "4.1.132.Final"))).doesNotContain("GHSA-w9fj-cfpg-grvv");
        assertThat(ids(known, new Part(NETTY.name(), "4.2.10.Final"))).contains("GHSA-w9fj-cfpg-grvv");
        assertThat(ids(known, new Part(NETTY.name(), "4.2.11.Final"))).doesNotContain("GHSA-w9fj-cfpg-grvv");
        assertThat(ids(known, new Part("io.netty:netty-codec-smtp", NETTY.version())))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "1.9, false",
        "2.0-rc1, false",
        "2.0, true",
        "2.9, true",
        "2.10, true",
        "2.11.Final, false",
        "3.0, true",
        "3.0.1, false",
        "4.0-rc1, false",
        "4.0, true",
        "99, true"
    })
    void rangesUseTheVersionOrderOfMaven(String version, boolean affected) {
        JsonArray events = new JsonArray()
                .add(event("fixed", "2.11"))
                .add(event("introduced", "2.0"))
                .add(event("introduced", "3.0"))
                .add(event("last_affected", "3.0"))
                .add(event("introduced", "4.0"));

        assertThat(VersionRange.of(events).stream().anyMatch(range -> range.contains(version)))
                .isEqualTo(affected);
    }

    @Test
    void anExplanationHoldsForOneVersionUnderAnyId() throws IOException {
        AdvisoryList.Match match = AdvisoryList.read().against(List.of(NETTY)).stream()
                .filter(one -> one.advisory().id().equals("GHSA-w9fj-cfpg-grvv"))
                .findFirst()
                .orElseThrow();

        assertThat(new Explanation("CVE-2026-33871", NETTY, "HTTP/2 is off").explains(match))
                .isTrue();
        assertThat(new Explanation("GHSA-w9fj-cfpg-grvv", NETTY, "HTTP/2 is off").explains(match))
                .isTrue();
        assertThat(new Explanation("CVE-2026-33870", NETTY, "another").explains(match))
                .isFalse();
        assertThat(new Explanation("CVE-2026-33871", new Part(NETTY.name(), "4.1.131.Final"), "another")
                        .explains(match))
                .isFalse();
    }

    @Test
    void eachEntryHasReferencesAndAffectedVersions() throws IOException {
        JsonObject file = new JsonObject(Files.readString(AdvisoryList.FILE));

        assertThat(LocalDate.parse(file.getString("collected"))).isAfter(LocalDate.of(2026, 11, 1));
        assertThat(file.getJsonArray("advisories").stream().map(JsonObject.class::cast))
                .hasSizeGreaterThan(50)
                .allSatisfy(osv -> {
                    assertThat(osv.getJsonArray("references")).isNotEmpty();
                    assertThat(Advisory.of(osv).affected()).isNotEmpty().allSatisfy(affected -> {
                        assertThat(affected.name()).contains(":");
                        assertThat(affected.ranges().isEmpty())
                                .isEqualTo(!affected.versions().isEmpty());
                    });
                });
    }

    @Test
    void eachExplanationHasAReason() throws IOException {
        assertThat(Explanation.read())
                .allSatisfy(explanation -> assertThat(explanation.why()).hasSizeGreaterThan(20));
    }

    private static Stream<String> ids(AdvisoryList known, Part part) {
        return known.against(List.of(part)).stream()
                .map(match -> match.advisory().id());
    }

    private static JsonObject event(String kind, String version) {
        return new JsonObject().put(kind, version);
    }
}
