package dev.tokensidecar.oauth2;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tokensidecar.token.InvisibleCharacter;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The named values of a response: a JSON object (RFC 6749 section 5.1), or a form, as GitHub sends it. The body alone
 * decides which one it is, because too many servers send a wrong {@code Content-Type}.
 */
final class ResponseFields {

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9%+._~*@:,/!'()$=&-]+");

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final ObjectNode fields;

    private ResponseFields(ObjectNode fields) {
        this.fields = fields;
    }

    /** Returns the fields of a body; null if it is neither a JSON object nor a form. */
    static @Nullable ResponseFields read(String body) {
        String text = InvisibleCharacter.withoutByteOrderMark(body).strip();
        return of(FORM.matcher(text).matches() && text.contains("=") ? form(text) : json(text));
    }

    /** Returns the fields of a body; null if it is not a JSON object. */
    static @Nullable ResponseFields readJson(String body) {
        return of(json(InvisibleCharacter.withoutByteOrderMark(body)));
    }

    /**
     * Returns the fields of a body, or those before the place where a JSON object ends too early or is malformed; null if
     * there are none. A text counts only if its closing quote is there.
     */
    static @Nullable ResponseFields readBeginning(String body) {
        ResponseFields whole = read(body);
        return whole == null
                ? of(beginning(InvisibleCharacter.withoutByteOrderMark(body).strip()))
                : whole;
    }

    private static @Nullable ObjectNode beginning(String text) {
        ObjectNode fields = JSON.createObjectNode();
        try (JsonParser parser = JSON.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (value == null) {
                    break;
                }
                if (value.isScalarValue()) {
                    fields.set(name, JSON.readTree(parser));
                } else {
                    parser.skipChildren();
                }
            }
        } catch (IOException | NumberFormatException malformed) {
            // what was complete before is in the fields; the message quotes the body
        }
        return fields.isEmpty() ? null : fields;
    }

    private static @Nullable ResponseFields of(@Nullable ObjectNode fields) {
        return fields == null ? null : new ResponseFields(fields);
    }

    private static @Nullable ObjectNode json(String text) {
        try {
            return JSON.readTree(text) instanceof ObjectNode object ? object : null;
        } catch (JsonProcessingException | NumberFormatException notJson) {
            // Drops the cause on purpose: its message quotes the body, which may contain a token.
            return null;
        }
    }

    private static @Nullable ObjectNode form(String text) {
        try {
            ObjectNode fields = JSON.createObjectNode();
            new QueryStringDecoder(text, StandardCharsets.UTF_8, false)
                    .parameters()
                    .forEach((name, values) -> fields.put(name, values.getLast()));
            return fields;
        } catch (IllegalArgumentException notForm) {
            return null;
        }
    }

    ResponseValue value(String name) {
        return new ResponseValue(fields.path(name));
    }

    ResponseValue value(JsonPointer pointer) {
        return new ResponseValue(fields.at(pointer));
    }

    /** Returns a text that is not blank; null otherwise. */
    @Nullable String text(String name) {
        return value(name).text();
    }

    /** The same without white space at its ends, which no token has. */
    @Nullable String strippedText(String name) {
        String text = text(name);
        return text == null ? null : text.strip();
    }

    /** Returns a text one level down, as in {@code {"error":{"message":"..."}}}; null otherwise. */
    @Nullable String text(String name, String inner) {
        return new ResponseValue(fields.path(name).path(inner)).text();
    }

    /** Returns a number, even if it is sent as a text; null otherwise. */
    @Nullable BigDecimal number(String name) {
        return value(name).number();
    }
}
