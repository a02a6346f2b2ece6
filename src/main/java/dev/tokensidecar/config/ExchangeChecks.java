package dev.tokensidecar.config;

import dev.tokensidecar.config.TokenSettings.Exchange;
import dev.tokensidecar.config.TokenSettings.GrantType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checks the keys of tokens that callers get for their users. */
final class ExchangeChecks {

    private static final Set<GrantType> GRANTS = Set.of(GrantType.TOKEN_EXCHANGE, GrantType.JWT_BEARER);

    private static final Set<String> CHOICES =
            Set.of("scope", "audience", "resource", "subject_token_type", "requested_token_type", "actor_token");

    /** Whatever belongs to one token that the sidecar keeps and refreshes. */
    private static final List<String> OF_KEPT_TOKENS =
            List.of("store.", TokenFileKeys.FILE.name(), TokenKeys.FIELDS.name());

    private ExchangeChecks() {}

    static void check(TokenSettings settings, KeyReader keys) {
        Exchange exchange = settings.exchange();
        if (exchange == null) {
            Stream.concat(
                            keys.configuredKeys(ExchangeKeys.GROUP).stream(),
                            Stream.<Key<?>>of(GrantKeys.CALLER_PARAMETERS).filter(keys::isSet))
                    .forEach(key -> keys.reject(
                            key, "is not used without {}" + GrantKeys.SUBJECT + "=request: leave it out or set that"));
            return;
        }
        if (!GRANTS.contains(settings.grant().type())) {
            keys.reject(
                    GrantKeys.SUBJECT,
                    "is not used with {}" + GrantKeys.TYPE + "="
                            + DependentKeys.name(settings.grant().type())
                            + ": leave it out or set token_exchange or jwt_bearer");
        }
        OF_KEPT_TOKENS.stream()
                .flatMap(start -> keys.configuredKeys(start).stream())
                .forEach(key -> keys.reject(key, notUsed()));
        Stream.<Key<?>>of(GrantKeys.ASSERTION_FILE, GrantKeys.SUBJECT_TOKEN_FILE)
                .filter(keys::isSet)
                .forEach(key -> keys.reject(key, notUsed()));
        exchange.callerParameters().stream()
                .filter(name -> !CHOICES.contains(name))
                .sorted()
                .findFirst()
                .ifPresent(name -> keys.reject(
                        GrantKeys.CALLER_PARAMETERS,
                        "names a field that callers cannot choose: write some of "
                                + String.join(", ", CHOICES.stream().sorted().toList())));
    }

    /** Checks what concerns two tokens. */
    static void check(Map<String, TokenSettings> tokens, Map<String, KeyReader> keys) {
        tokens.forEach((name, settings) -> {
            String assertionToken =
                    settings.exchange() == null ? null : settings.exchange().assertionToken();
            if (assertionToken != null) {
                checkAssertion(
                        settings.grant().type(), tokens.get(assertionToken), Objects.requireNonNull(keys.get(name)));
            }
        });
    }

    private static void checkAssertion(GrantType type, @Nullable TokenSettings asserting, KeyReader keys) {
        if (type != GrantType.JWT_BEARER) {
            keys.reject(
                    ExchangeKeys.ASSERTION_TOKEN,
                    "is not used with {}" + GrantKeys.TYPE + "=" + DependentKeys.name(type)
                            + ": leave it out or set jwt_bearer");
        }
        if (asserting == null
                || asserting.exchange() == null
                || asserting.grant().type() != GrantType.TOKEN_EXCHANGE) {
            keys.reject(
                    ExchangeKeys.ASSERTION_TOKEN,
                    "names no token that can be exchanged first: name one with " + GrantKeys.TYPE
                            + "=token_exchange and " + GrantKeys.SUBJECT + "=request");
        } else if (asserting.grant().credentials().requestedTokenType() == null) {
            keys.reject(
                    ExchangeKeys.ASSERTION_TOKEN,
                    "names a token without " + GrantKeys.REQUESTED_TOKEN_TYPE
                            + ", so its server could issue an access token, which is not for another server: set it"
                            + " there, to urn:ietf:params:oauth:token-type:id-jag or another type");
        }
    }

    private static String notUsed() {
        return "is not used with {}" + GrantKeys.SUBJECT + "=request: leave it out";
    }

    /** /token is a token of the sidecar itself, for applications that know nothing of users. */
    static void requireName(String name, TokenSettings settings, KeyReader keys) {
        if (name.equals(SidecarSettings.DEFAULT_TOKEN) && settings.exchange() != null) {
            keys.reject(
                    GrantKeys.SUBJECT,
                    "needs a name: write " + TokenNames.PREFIX + "<name>." + GrantKeys.SUBJECT
                            + ", and all other keys of this token with that name");
        }
    }
}
