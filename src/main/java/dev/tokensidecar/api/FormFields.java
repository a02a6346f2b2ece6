package dev.tokensidecar.api;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a token request. One without a value counts as left out (RFC 6749 section 3.2).
 *
 * @param values all values by name
 */
record FormFields(Map<String, List<String>> values) {

    private static final Pattern PLAIN = Pattern.compile("[a-z_]{1,40}");

    /** Whether a message may show the name. */
    static boolean isPlain(String name) {
        return PLAIN.matcher(name).matches();
    }

    /** Returns the names of the fields that have a value. */
    Set<String> names() {
        return values.keySet().stream().filter(name -> !all(name).isEmpty()).collect(Collectors.toSet());
    }

    /** Returns the values of a field that may occur several times. */
    List<String> all(String name) {
        return values.getOrDefault(name, List.of()).stream()
                .filter(value -> !value.isEmpty())
                .toList();
    }

    /**
     * Returns the value of a field; null if it is left out.
     *
     * @throws TokenRequestError if it occurs twice
     */
    @Nullable String single(String name) {
        String value = single(name, values.getOrDefault(name, List.of()));
        return value.isEmpty() ? null : value;
    }

    /** Section 3.2: a parameter occurs at most once. Returns the value of this one; empty if it is left out. */
    static String single(String name, List<String> values) {
        if (values.size() > 1) {
            throw TokenRequestError.invalidRequest("send " + name + " once");
        }
        return values.isEmpty() ? "" : values.getFirst();
    }
}
