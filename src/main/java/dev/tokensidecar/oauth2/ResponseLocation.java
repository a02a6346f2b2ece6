package dev.tokensidecar.oauth2;

import com.fasterxml.jackson.core.JsonPointer;
import dev.tokensidecar.oauth2.http.InboundResponse;
import org.jspecify.annotations.Nullable;

/**
 * Where a response has a value.
 *
 * @param text a JSON pointer into the body (RFC 6901) if it begins with a slash; otherwise the name of a header
 */
public record ResponseLocation(String text) {

    ResponseValue find(InboundResponse response, @Nullable ResponseFields fields) {
        if (!inBody()) {
            return ResponseValue.ofHeader(response.header(text));
        }
        return fields == null ? ResponseValue.NONE : fields.value(JsonPointer.compile(text));
    }

    private boolean inBody() {
        return text.startsWith("/");
    }

    @Override
    public String toString() {
        return inBody() ? "at " + text : "in the header " + text;
    }
}
