package dev.tokensidecar.oauth2;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** A value from a response. Accepts a number as a text too, because servers send both. */
final class ResponseValue {

    static final ResponseValue NONE = new ResponseValue(MissingNode.getInstance());

    /** Longer numbers make no sense and are slow to convert. */
    private static final int MAX_NUMBER_LENGTH = 400;

    /** Caps numbers at ten to this power, positive or negative: calculating with {@code 1e999999999} fills the memory. */
    private static final int MAX_MAGNITUDE = 40;

    private static final BigDecimal HUGE = BigDecimal.TEN.pow(MAX_MAGNITUDE);

    private final JsonNode node;

    ResponseValue(JsonNode node) {
        this.node = node;
    }

    static ResponseValue ofHeader(@Nullable String value) {
        return value == null ? NONE : new ResponseValue(TextNode.valueOf(value));
    }

    /** Returns a text that is not blank; null otherwise. */
    @Nullable String text() {
        return node.isTextual() && !node.textValue().isBlank() ? node.textValue() : null;
    }

    /** Returns a text that is not blank, or any other value as its JSON text; null if there is none. */
    @Nullable String anyText() {
        return node.isTextual() || node.isNull() || node.isMissingNode() ? text() : node.toString();
    }

    /** Returns a number, even if it is sent as a text; null otherwise. */
    @Nullable BigDecimal number() {
        if (node.isNumber()) {
            return bounded(node.decimalValue());
        }
        String text = text();
        if (text == null || text.length() > MAX_NUMBER_LENGTH) {
            return null;
        }
        try {
            return bounded(new BigDecimal(text.strip()));
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    private static BigDecimal bounded(BigDecimal number) {
        long magnitude = (long) number.precision() - number.scale();
        if (magnitude > MAX_MAGNITUDE) {
            return HUGE.multiply(BigDecimal.valueOf(number.signum()));
        }
        return magnitude < -MAX_MAGNITUDE ? BigDecimal.ZERO : number;
    }
}
