package dev.tokensidecar.oauth2;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The named values of an answer, be it a JSON object (RFC 6749 section 5.1) or a form, as GitHub sends it. Which of
 * them it is shows in the body: too many servers mislabel it for {@code Content-Type} to be believed.
 */
final class AnswerFields {

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9%+._~*@:,/!'()$=&-]+");

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final ObjectNode fields;

    private AnswerFields(ObjectNode fields) {
        this.fields = fields;
    }

    /** The fields of a body; null if it is neither a JSON object nor a form. */
    static @Nullable AnswerFields read(String body) {
        String text = withoutMark(body).strip();
        return of(FORM.matcher(text).matches() && text.contains("=") ? form(text) : json(text));
    }

    /** The fields of what may be nothing but a JSON object; null if it is none. */
    static @Nullable AnswerFields readJson(String body) {
        return of(json(withoutMark(body)));
    }

    private static @Nullable AnswerFields of(@Nullable ObjectNode fields) {
        return fields == null ? null : new AnswerFields(fields);
    }

    /** Without the byte order mark that some servers begin with. */
    private static String withoutMark(String body) {
        return body.startsWith("\uFEFF") ? body.substring(1) : body;
    }

    private static @Nullable ObjectNode json(String text) {
        try {
            return JSON.readTree(text) instanceof ObjectNode object ? object : null;
        } catch (JsonProcessingException | NumberFormatException noJson) {
            // Dropped on purpose: its message quotes the body, and the body may hold a token.
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
        } catch (IllegalArgumentException noForm) {
            return null;
        }
    }

    AnswerValue value(String name) {
        return new AnswerValue(fields.path(name));
    }

    AnswerValue value(JsonPointer place) {
        return new AnswerValue(fields.at(place));
    }

    /** A text that is not blank; null otherwise. */
    @Nullable String text(String name) {
        return value(name).text();
    }

    /** A text one level down, as in {@code {"error":{"message":"..."}}}; null otherwise. */
    @Nullable String text(String name, String inner) {
        return new AnswerValue(fields.path(name).path(inner)).text();
    }

    /** A number, also one that is sent as a text; null otherwise. */
    @Nullable BigDecimal number(String name) {
        return value(name).number();
    }
}
