package dev.tokensidecar.config;

import java.time.Duration;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.Config;

/**
 * The text that an operator has set for a key.
 *
 * @param text without white space around it
 * @param problems receives a sentence about what is wrong with the text
 */
record RawValue(String text, Config config, Consumer<String> problems) {

    /** Parses the text as a duration in the notation of Quarkus. Throws an unchecked exception if it is not one. */
    Duration duration() {
        return config.getConverter(Duration.class).orElseThrow().convert(text);
    }

    void reject(String problem) {
        problems.accept(problem);
    }

    /** Rejects the text and quotes it: only for types whose values never hold a credential. */
    void rejectQuoted(String hint) {
        reject("= '" + text + "' cannot be used: " + hint);
    }
}
