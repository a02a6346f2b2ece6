package dev.tokensidecar.dependencies;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** docs/dependencies.md lists exactly the dependencies of the POM. */
class DocumentedDependenciesTest {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]+:[^`]+)` \\|");

    @Test
    void theApplicationsDependenciesAreDocumented() throws Exception {
        assertThat(rows("In the application")).containsExactlyInAnyOrderElementsOf(pomDependencies(false));
    }

    @Test
    void theTestsDependenciesAreDocumented() throws Exception {
        assertThat(rows("In the tests")).containsExactlyInAnyOrderElementsOf(pomDependencies(true));
    }

    private static List<String> rows(String section) throws IOException {
        String page = Files.readString(Path.of("docs", "dependencies.md"));
        String text = page.substring(page.indexOf("## " + section)).split("\n## ", 2)[0];
        return ROW.matcher(text).results().map(row -> row.group(1)).toList();
    }

    /** Returns the dependencies of the project and its profiles, without those of plugins and managed ones. */
    private static Set<String> pomDependencies(boolean testScope) throws Exception {
        Element project = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(Path.of("pom.xml").toFile())
                .getDocumentElement();
        Stream<Element> profiles = children(project, "profiles").flatMap(all -> children(all, "profile"));
        return Stream.concat(Stream.of(project), profiles)
                .flatMap(owner -> children(owner, "dependencies"))
                .flatMap(all -> children(all, "dependency"))
                .filter(one -> text(one, "scope").equals("test") == testScope)
                .map(one -> text(one, "groupId") + ":" + text(one, "artifactId"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String text(Element parent, String name) {
        return children(parent, name).map(Node::getTextContent).findFirst().orElse("");
    }

    private static Stream<Element> children(Element parent, String name) {
        NodeList nodes = parent.getChildNodes();
        return IntStream.range(0, nodes.getLength())
                .mapToObj(nodes::item)
                .filter(Element.class::isInstance)
                .map(Element.class::cast)
                .filter(child -> child.getTagName().equals(name));
    }
}
