package dev.tokensidecar.cluster.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The dashboard: rows in their order, and panels that explain themselves and do not overlap. */
class DashboardTest {

    private static final int COLUMNS = 24;
    private static final int LARGEST_PICTURE = 300_000;

    @Test
    void rowsAreTheQuestionsInTheirOrder() {
        assertThat(Dashboard.panels().stream().filter(Dashboard::isRow).map(row -> row.getString("title")))
                .containsExactly(
                        "Does every pod have a valid token?",
                        "How many requests does the authorization server get?",
                        "Do callers wait?",
                        "Does one pod refresh for all?",
                        "What happens for users?",
                        "What resources does it use?");
    }

    @Test
    void panelsHaveUniqueIdsAndTitles() {
        assertThat(Dashboard.panels().stream().map(panel -> panel.getInteger("id")))
                .doesNotHaveDuplicates();
        assertThat(Dashboard.panels().stream().map(panel -> panel.getString("title")))
                .doesNotHaveDuplicates();
    }

    @Test
    void panelsDoNotOverlap() {
        Set<List<Integer>> taken = new HashSet<>();
        for (JsonObject panel : Dashboard.panels()) {
            JsonObject place = panel.getJsonObject("gridPos");
            assertThat(place.getInteger("x") + place.getInteger("w")).isLessThanOrEqualTo(COLUMNS);
            for (int x = 0; x < place.getInteger("w"); x++) {
                for (int y = 0; y < place.getInteger("h"); y++) {
                    assertThat(taken.add(List.of(place.getInteger("x") + x, place.getInteger("y") + y)))
                            .as("room for " + panel.getString("title"))
                            .isTrue();
                }
            }
        }
    }

    @Test
    void everyPanelHasADescriptionAndAUnit() {
        assertThat(titlesWhere(panel -> !panel.getString("description", "").isBlank()
                        && panel.getJsonObject("fieldConfig").encode().contains("\"unit\"")))
                .containsExactlyElementsOf(titlesWhere(panel -> true));
    }

    @Test
    void everyPanelUsesTheChosenDataSource() {
        assertThat(titlesWhere(panel ->
                        "${datasource}".equals(panel.getJsonObject("datasource").getString("uid"))))
                .containsExactlyElementsOf(titlesWhere(panel -> true));
    }

    private static List<String> titlesWhere(Predicate<JsonObject> condition) {
        return Dashboard.panels().stream()
                .filter(panel -> !Dashboard.isRow(panel))
                .filter(condition)
                .map(panel -> panel.getString("title"))
                .toList();
    }

    @Test
    void everyQueryIsLimitedToTheChosenNamespace() {
        assertThat(Dashboard.queries()).allSatisfy(query -> assertThat(query).contains("namespace=~\"$namespace\""));
    }

    @Test
    void theGuideHasAPicture() throws IOException {
        assertThat(Files.readString(Path.of("docs", "operations.md"))).contains("](dashboard.png)");
        assertThat(Files.size(Path.of("docs", "dashboard.png"))).isBetween(1L, (long) LARGEST_PICTURE);
    }
}
