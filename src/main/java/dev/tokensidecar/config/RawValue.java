package dev.tokensidecar.config;

import java.time.Duration;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.Config;

/**
 * What an operator has written for a key.
 *
 * @param text without white space around it
 * @param problems takes what is wrong with it
 */
record RawValue(String text, Config config, Consumer<String> problems) {

    /** The text as a duration, in the notation of the framework; an exception if it is none. */
    Duration duration() {
        return config.getConverter(Duration.class).orElseThrow().convert(text);
    }

    void reject(String problem) {
        problems.accept(problem);
    }

    /** Quotes the text, so it is for values that never hold a credential. */
    void rejectQuoted(String hint) {
        reject("= '" + text + "' cannot be used: " + hint);
    }
}
