package dev.tokensidecar.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForeignChangesTest {

    private final List<String> reported = new ArrayList<>();
    private final ForeignChanges changes = new ForeignChanges(found -> reported.add(found.version()));

    private void changed(String version) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putObject("metadata").put("resourceVersion", version);
        changes.changed(SecretObject.parse(json));
    }

    @Test
    void newerVersionsAreReportedOnce() {
        changed("9");
        changed("9");
        changed("10");
        changed("9");

        assertThat(reported).containsExactly("9", "10");
        assertThat(changes.newest()).isEqualTo("10");
    }

    @Test
    void whatThisProcessHasReadIsNoNews() {
        changes.read("10");
        changed("10");
        changed("9");
        changed("11");

        assertThat(reported).containsExactly("11");
    }

    @Test
    void theOwnWriteIsNoNews() {
        changes.writeStarted();
        changes.writeEnded("11");
        changed("11");

        assertThat(reported).isEmpty();
    }

    @Test
    void anEventBeforeTheResponseToTheOwnWriteIsNoNewsEither() {
        changes.writeStarted();
        changed("11");
        changes.writeEnded("11");

        assertThat(reported).isEmpty();
    }

    @Test
    void aChangeAfterTheOwnWriteIsReportedWhenTheWriteHasEnded() {
        changes.writeStarted();
        changed("11");
        changed("12");
        assertThat(reported).isEmpty();
        changes.writeEnded("11");

        assertThat(reported).containsExactly("12");
    }

    @Test
    void aWriteOfUnknownOutcomeHidesNothing() {
        changes.writeStarted();
        changed("11");
        changes.writeEnded(null);

        assertThat(reported).containsExactly("11");
    }

    @Test
    void allWritesHaveToEnd() {
        changes.writeStarted();
        changes.writeStarted();
        changed("12");
        changes.writeEnded(null);
        assertThat(reported).isEmpty();
        changes.writeEnded(null);

        assertThat(reported).containsExactly("12");
    }

    @Test
    void afterARestoreOfTheClusterEarlierVersionsAreNews() {
        changes.read("1000");
        changes.read("500");
        changed("501");

        assertThat(reported).containsExactly("501");
    }

    @Test
    void versionsThatAreNoNumbersAreNewsIfTheyAreDifferent() {
        changed("b");
        changed("b");
        changed("a");
        changed("1");

        assertThat(reported).containsExactly("b", "a", "1");
    }
}
