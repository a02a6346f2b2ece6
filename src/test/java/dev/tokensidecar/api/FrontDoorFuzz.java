package dev.tokensidecar.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.http.StrictResponseParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Fuzzes the front door: sends a caller's bytes in pieces to a real listener with the guard behind it. Whatever
 * arrives, nothing fails, every response is well framed, and only requests for a token that the guard lets in are
 * served a token.
 */
public final class FrontDoorFuzz {

    /** Ends a piece. The next piece is sent once the listener has read this one. */
    private static final String SEPARATOR = "\u0001";

    private static final int MAX_BYTES = 16 * 1024;
    private static final int MAX_PIECES = 32;
    private static final GuardedListener LISTENER = GuardedListener.open();

    private FrontDoorFuzz() {}

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length > MAX_BYTES) {
            return;
        }
        String[] pieces = new String(input, ISO_8859_1).split(SEPARATOR, MAX_PIECES);
        String responses;
        try {
            responses = LISTENER.exchange(pieces);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(LISTENER.failures()).isEmpty();
        String bytes = String.join("", pieces);
        List<StrictResponseParser.Response> parsed = StrictResponseParser.parse(responses, bytes.contains("HEAD "));
        assertThat(parsed).allMatch(response -> response.status() < 500);
        assertEachTokenWasRequested(parsed, bytes);
    }

    private static void assertEachTokenWasRequested(List<StrictResponseParser.Response> parsed, String bytes) {
        SentRequests sent = new SentRequests(bytes);
        for (StrictResponseParser.Response response : parsed) {
            boolean mayBeServed = response.isFinal() && sent.next();
            if (response.status() == 200) {
                assertThat(mayBeServed).as("a token for %s", sent.latest()).isTrue();
            }
        }
    }
}
