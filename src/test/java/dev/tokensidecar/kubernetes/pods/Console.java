package dev.tokensidecar.kubernetes.pods;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The console blocks below a heading of a document.
 *
 * @param commands what a reader types into the own shell
 * @param inContainer what a reader types into the shell of a container, which the last command has opened
 */
record Console(List<Command> commands, List<String> inContainer) {

    static final Path KUBERNETES = Path.of("docs", "kubernetes.md");

    private static final String PROMPT = "$ ";
    private static final String PROMPT_IN_CONTAINER = "/ $ ";
    private static final String BLOCK = "```console";
    private static final String END = "```";

    /**
     * A command.
     *
     * @param printed what it prints, according to the document. There "..." stands for anything, and a number for any
     *     number, except for 0.
     */
    record Command(String line, Pattern printed) {

        /** Replaces what is different here, if it is there. */
        Command with(String text, String replacement) {
            return new Command(line.replace(text, replacement), printed);
        }
    }

    /** Reads a section, from its heading to the next one. Fails if it has no console block. */
    static Console of(Path document, String heading) {
        Console console = new Console(new ArrayList<>(), new ArrayList<>());
        boolean inSection = false;
        boolean inBlock = false;
        for (String line : lines(document)) {
            if (inBlock) {
                inBlock = !line.equals(END);
                if (inBlock) {
                    console.add(line);
                }
            } else if (line.startsWith("#")) {
                inSection = line.replaceFirst("^#+ ", "").equals(heading);
            } else {
                inBlock = inSection && line.equals(BLOCK);
            }
        }
        if (console.commands.isEmpty()) {
            throw new IllegalStateException(document + " has no console block below " + heading);
        }
        return console;
    }

    private static List<String> lines(Path document) {
        try {
            return Files.readAllLines(document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(String line) {
        if (line.startsWith(PROMPT)) {
            commands.add(new Command(line.substring(PROMPT.length()), Pattern.compile("")));
        } else if (line.startsWith(PROMPT_IN_CONTAINER)) {
            inContainer.add(line.substring(PROMPT_IN_CONTAINER.length()));
        } else {
            Command command = commands.removeLast();
            commands.add(
                    new Command(command.line, Pattern.compile(command.printed.pattern() + anyLike(line) + "\\s*")));
        }
    }

    private static String anyLike(String line) {
        return line.replaceAll("[\\\\\\[\\](){}.*+?^$|]", "\\\\$0")
                .replace("\\.\\.\\.", ".*")
                .replaceAll("\\b[1-9][0-9]*\\b", "[1-9][0-9]*");
    }
}
