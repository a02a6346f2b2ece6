package dev.tokensidecar.introspection;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads JSON that a stranger may have written: the header and the claims of a token, and a server's answer about one. */
public final class ForeignJson {

    /** Deeper than any claim. What walks through nested values needs stack for each level, and threads have little of it. */
    private static final int MAX_DEPTH = 50;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private interface Parsing {
        JsonNode read() throws IOException;
    }

    private ForeignJson() {}

    /** Returns the object; null if the text is none, has a name twice, or is nested too deeply. */
    public static @Nullable ObjectNode object(String json) {
        return object(() -> JSON.readTree(json));
    }

    static @Nullable ObjectNode object(byte[] json) {
        return object(() -> JSON.readTree(json));
    }

    private static @Nullable ObjectNode object(Parsing json) {
        try {
            return json.read() instanceof ObjectNode object ? object : null;
        } catch (IOException | RuntimeException notJson) {
            return null; // the message quotes the text
        }
    }
}
