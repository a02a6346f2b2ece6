package dev.tokensidecar.config;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.EndElementTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.StartElementTree;
import com.sun.source.doctree.TextTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.lang.model.element.Name;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Reads the Javadoc of each key from the sources. The running sidecar does not need it, so no class contains it. */
final class DeclarationSources {

    private static final Path SOURCES = Path.of("src", "main", "java", "dev", "tokensidecar", "config");

    private DeclarationSources() {}

    /** Returns the paragraphs of each constant whose type is a key, in Markdown, by class and constant. */
    static Map<String, Map<String, List<String>>> read() {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (Stream<Path> files = Files.list(SOURCES);
                StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            List<Path> declarations = files.filter(file -> file.toString().endsWith("Keys.java"))
                    .sorted()
                    .toList();
            JavacTask task = (JavacTask) compiler.getTask(
                    null, manager, null, null, null, manager.getJavaFileObjectsFromPaths(declarations));
            Map<String, Map<String, List<String>>> texts = new LinkedHashMap<>();
            DocTrees docs = DocTrees.instance(task);
            task.parse().forEach(unit -> new Constants(docs, texts).scan(unit, null));
            return texts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Constants extends TreePathScanner<Void, Void> {

        private final DocTrees docs;
        private final Map<String, Map<String, List<String>>> texts;

        Constants(DocTrees docs, Map<String, Map<String, List<String>>> texts) {
            this.docs = docs;
            this.texts = texts;
        }

        @Override
        public Void visitVariable(VariableTree constant, Void unused) {
            String type = String.valueOf(constant.getType());
            if (type.startsWith("OptionalKey<") || type.startsWith("DefaultedKey<")) {
                String file = Path.of(getCurrentPath()
                                .getCompilationUnit()
                                .getSourceFile()
                                .getName())
                        .getFileName()
                        .toString();
                DocCommentTree doc = docs.getDocCommentTree(getCurrentPath());
                texts.computeIfAbsent(file.replace(".java", ""), it -> new LinkedHashMap<>())
                        .put(constant.getName().toString(), doc == null ? List.of() : paragraphs(doc));
            }
            return null;
        }
    }

    /** Returns the paragraphs. A list counts as one paragraph, with a line for each item. */
    private static List<String> paragraphs(DocCommentTree doc) {
        List<StringBuilder> paragraphs = new ArrayList<>(List.of(new StringBuilder()));
        String link = "";
        for (DocTree part : doc.getFullBody()) {
            StringBuilder last = paragraphs.getLast();
            switch (part) {
                case StartElementTree start when is("p|ul", start.getName()) -> paragraphs.add(new StringBuilder());
                case StartElementTree start when is("li", start.getName()) -> last.append("\n- ");
                case StartElementTree start -> {
                    link = start.getAttributes().getFirst().toString().replaceAll("^href=\"|\"$", "");
                    last.append('[');
                }
                case EndElementTree end when is("ul", end.getName()) -> {}
                case EndElementTree end -> last.append("](").append(link).append(')');
                case LiteralTree code ->
                    last.append('`').append(code.getBody().getBody()).append('`');
                case TextTree text -> last.append(text.getBody().replaceAll("\\s+", " "));
                default -> throw new AssertionError("no Markdown for " + part);
            }
        }
        return paragraphs.stream()
                .map(paragraph -> paragraph.toString().strip().replaceAll(" +(\n|$)", "$1"))
                .toList();
    }

    private static boolean is(String names, Name name) {
        return name.toString().matches(names);
    }
}
