package dev.tokensidecar.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.http.StrictResponseParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Fuzzes the front door: bytes of a caller, in pieces, at a real listener with the guard behind it. Whatever comes, nothing
 * fails, every answer is well framed, and a token is served for nothing but a request for it that the guard lets in.
 */
public final class FrontDoorFuzz {

    /** Ends a piece; the next one is sent when it was read. */
    private static final String SEPARATOR = "\u0001";

    private static final int MOST_BYTES = 16 * 1024;
    private static final int MOST_PIECES = 32;
    private static final GuardedListener LISTENER = GuardedListener.open();

    private FrontDoorFuzz() {}

    /** What the fuzzer calls. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length > MOST_BYTES) {
            return;
        }
        String[] pieces = new String(input, ISO_8859_1).split(SEPARATOR, MOST_PIECES);
        String answered;
        try {
            answered = LISTENER.converse(pieces);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(LISTENER.failures()).isEmpty();
        String bytes = String.join("", pieces);
        List<StrictResponseParser.Response> answers = StrictResponseParser.parse(answered, bytes.contains("HEAD "));
        assertThat(answers).allMatch(answer -> answer.status() < 500);
        assertEachTokenWasAskedFor(answers, bytes);
    }

    private static void assertEachTokenWasAskedFor(List<StrictResponseParser.Response> answers, String bytes) {
        SentRequests sent = new SentRequests(bytes);
        for (StrictResponseParser.Response answer : answers) {
            boolean mayBeServed = answer.isFinal() && sent.next();
            if (answer.status() == 200) {
                assertThat(mayBeServed).as("a token for %s", sent.latest()).isTrue();
            }
        }
    }
}
