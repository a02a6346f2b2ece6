package dev.tokensidecar.api;

import dev.tokensidecar.ingress.Entrance;
import dev.tokensidecar.token.TokenServices;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Selects a token for a client library by what the library requests: first the APIs, then the scope. What is configured
 * counts as granted. The names that a server uses for what it has granted never speak against the configuration.
 */
public final class TokenSelection {

    private final Map<String, Target> configured;

    /** @param configured what the sidecar requests each token for, by name */
    public TokenSelection(Map<String, Target> configured) {
        this.configured = new LinkedHashMap<>(configured);
    }

    /**
     * What the sidecar requests a token for.
     *
     * @param scope null where the server chooses
     * @param apis the audience and the resources; empty if the operator has named none, so that it may be for any
     */
    public record Target(@Nullable String scope, Set<String> apis) {

        private boolean coversScope(Scope requested) {
            return scope != null && Scope.of(scope).covers(requested);
        }
    }

    /**
     * Returns the token for a request, of those that callers may ask for at this entrance: of those for the requested APIs
     * the default token if its scope suffices, else the first whose scope does. If no scope suffices, the server may still
     * have granted more than the sidecar requested. Without a default token here, a request for no API is for the only token.
     *
     * @throws TokenRequestError if no token is for the requested APIs
     */
    String select(GrantRequest request, Entrance entrance) {
        List<String> suitable = suitable(request, entrance);
        String preferred = preferred(request, suitable);
        return Stream.concat(Stream.of(preferred), suitable.stream())
                .filter(name -> covers(name, request.scope(), entrance))
                .findFirst()
                .orElse(preferred);
    }

    /** A caller that names no API means the default token, or the only one there is for it. */
    private static String preferred(GrantRequest request, List<String> suitable) {
        boolean clear = suitable.size() == 1 || !request.apis().isEmpty();
        return !clear || suitable.contains(TokenServices.DEFAULT) ? TokenServices.DEFAULT : suitable.getFirst();
    }

    /** Prefers tokens that are configured for these APIs to tokens that are not configured for any. */
    private List<String> suitable(GrantRequest request, Entrance entrance) {
        return Stream.<Predicate<Target>>of(
                        target -> target.apis().containsAll(request.apis()),
                        target -> target.apis().isEmpty())
                .map(condition -> namesOf(condition, entrance))
                .filter(names -> !names.isEmpty())
                .findFirst()
                .orElseThrow(TokenRequestError::invalidTarget);
    }

    private List<String> namesOf(Predicate<Target> condition, Entrance entrance) {
        return configured.entrySet().stream()
                .filter(each -> entrance.admits(each.getKey()) && condition.test(each.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private boolean covers(String name, Scope requested, Entrance entrance) {
        Target target = entrance.admits(name) ? configured.get(name) : null;
        return requested.isEmpty() || (target != null && target.coversScope(requested));
    }

    /**
     * Checks whether a token covers a request. A server that names no scope has granted the configured one (RFC 6749 section
     * 5.1); one that chooses the scope and does not name it may have granted anything.
     *
     * @param granted the scope that the server has named; null if it has named none
     * @throws TokenRequestError if it does not
     */
    void require(String name, @Nullable String granted, GrantRequest request) {
        Target target = Objects.requireNonNull(configured.get(name));
        if (!target.apis().isEmpty() && !target.apis().containsAll(request.apis())) {
            throw TokenRequestError.invalidTarget();
        }
        String asked = target.scope();
        boolean unknown = asked == null && granted == null;
        if (!unknown && !Scope.of(asked).and(Scope.ofResponse(granted)).covers(request.scope())) {
            throw TokenRequestError.invalidScope();
        }
    }
}
