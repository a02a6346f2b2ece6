package dev.tokensidecar.page;

import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Markup. Text gets into it through a template only, which escapes it. */
record Html(String markup) {

    static final Html NOTHING = new Html("");

    private static final String PLACE = "{}";

    /** Fills the places {@code {}} of a template, in this order: with markup as it is, with anything else as text. */
    static Html of(String template, Object... values) {
        StringBuilder filled = new StringBuilder();
        int from = 0;
        for (Object value : values) {
            int place = template.indexOf(PLACE, from);
            filled.append(template, from, place);
            filled.append(value instanceof Html html ? html.markup : escaped(value.toString()));
            from = place + PLACE.length();
        }
        return new Html(filled.append(template, from, template.length()).toString());
    }

    static Html all(Stream<Html> parts) {
        return parts.collect(joined());
    }

    private static Collector<Html, ?, Html> joined() {
        return Collectors.collectingAndThen(Collectors.mapping(Html::markup, Collectors.joining()), Html::new);
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        text.chars().forEach(character -> {
            switch (character) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append((char) character);
            }
        });
        return escaped.toString();
    }
}
