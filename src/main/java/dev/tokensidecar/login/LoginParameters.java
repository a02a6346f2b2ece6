package dev.tokensidecar.login;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Further parameters of an authorization request, such as {@code access_type=offline}.
 *
 * @param values the values by name
 */
public record LoginParameters(Map<String, String> values) {

    private static final String PROMPT = "prompt";

    /** The parameters that come from the configuration, or from the request itself. */
    private static final Set<String> OWN = Set.of(
            "response_type",
            "response_mode",
            "client_id",
            "redirect_uri",
            "scope",
            "audience",
            "resource",
            "state",
            "code_challenge",
            "code_challenge_method",
            "dpop_jkt",
            "request",
            "request_uri");

    /** @throws IllegalArgumentException if a name is one that the request has anyway */
    public LoginParameters {
        values.keySet().stream().filter(OWN::contains).findFirst().ifPresent(name -> {
            throw new IllegalArgumentException("the command sets " + name + " itself, from the configuration");
        });
        values = Map.copyOf(values);
    }

    /** Adds {@code prompt=consent} where the scope needs it (OpenID Connect Core section 11), unless there is a prompt. */
    public LoginParameters forScope(@Nullable String scope) {
        boolean offline = scope != null && Arrays.asList(scope.split(" ", -1)).contains("offline_access");
        if (!offline || values.containsKey(PROMPT)) {
            return this;
        }
        Map<String, String> more = new LinkedHashMap<>(values);
        more.put(PROMPT, "consent");
        return new LoginParameters(more);
    }
}
