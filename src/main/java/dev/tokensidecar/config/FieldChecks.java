package dev.tokensidecar.config;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks which further fields of a token response may be kept. */
final class FieldChecks {

    /** What {@code GET /token} has anyway, and the refresh token, which nobody gets. */
    private static final Set<String> OWN =
            Set.of("access_token", "token_type", "expires_in", "expires_at", "scope", "generation", "refresh_token");

    /** It is a parameter of a URL, a member of an object and an argument of a command. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");

    private FieldChecks() {}

    static void check(TokenSettings settings, KeyReader keys) {
        List<String> fields = settings.fields();
        if (!fields.stream().allMatch(field -> NAME.matcher(field).matches() && !OWN.contains(field))) {
            keys.reject(
                    TokenKeys.FIELDS,
                    "names a field that the response always has, or that cannot be one: write names such as"
                            + " id_token,instance_url, none of "
                            + String.join(", ", OWN.stream().sorted().toList()));
        }
        String inFile = settings.file().field();
        if (inFile != null && !fields.contains(inFile)) {
            keys.reject(TokenFileKeys.FIELD, "is not one of {}" + TokenKeys.FIELDS + ": add it there, or leave it out");
        }
    }
}
