package dev.tokensidecar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README names a test for each program that works with the sidecar, and the place that says how. */
class WhatWorksTest {

    private static final String HEADING = "\n## What works with it\n";
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (.+?) \\| .+ \\| (.+?) \\| (.+?) \\|$");
    private static final Pattern NAME = Pattern.compile("`([\\w.-]+)`");
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]+]\\(([\\w./-]+)(?:#([\\w-]+))?\\)");
    private static final int CAPTION = 1;

    @Test
    void eachProgramHasATestThatExists() throws IOException {
        for (MatchResult row : rows()) {
            List<String> tests = NAME.matcher(row.group(3))
                    .results()
                    .map(test -> test.group(1))
                    .toList();

            assertThat(tests)
                    .as(row.group(1))
                    .isNotEmpty()
                    .allSatisfy(test -> assertThat(isTest(test)).as(test).isTrue());
        }
    }

    @Test
    void eachProgramHasAPlaceThatSaysHow() throws IOException {
        for (MatchResult row : rows()) {
            List<MatchResult> links = LINK.matcher(row.group(2)).results().toList();

            assertThat(links).as(row.group(1)).isNotEmpty();
            for (MatchResult link : links) {
                String page = Files.readString(Path.of(link.group(1)));
                assertThat(link.group(2) == null || anchors(page).anyMatch(link.group(2)::equals))
                        .as(link.group())
                        .isTrue();
            }
        }
    }

    private static List<MatchResult> rows() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        int begin = readme.indexOf(HEADING) + HEADING.length();
        String section = readme.substring(begin, readme.indexOf("\n## ", begin));
        List<MatchResult> rows = ROW.matcher(section).results().skip(CAPTION).toList();
        assertThat(rows).hasSizeGreaterThan(10);
        return rows;
    }

    /** Whether there is a test class, a program for libraries-test.sh, or an example for examples-test.sh of this name. */
    private static boolean isTest(String name) throws IOException {
        try (Stream<Path> sources = Files.walk(Path.of("src", "test", "java"))) {
            return Files.isDirectory(Path.of("src", "test", "libraries", name))
                    || Files.isDirectory(Path.of("examples", name))
                    || sources.anyMatch(
                            source -> source.getFileName().toString().equals(name + ".java"));
        }
    }

    private static Stream<String> anchors(String page) {
        return page.lines()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w -]", "")
                        .replace(' ', '-'));
    }
}
