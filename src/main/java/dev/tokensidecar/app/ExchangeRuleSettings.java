package dev.tokensidecar.app;

import dev.tokensidecar.api.ExchangeRules;
import dev.tokensidecar.api.ExchangeRules.CallerGrantType;
import dev.tokensidecar.config.TokenSettings;
import dev.tokensidecar.config.TokenSettings.GrantSettings;
import dev.tokensidecar.config.TokenSettings.GrantType;
import dev.tokensidecar.exchange.ExchangeRequest.RequestedToken;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Translates the settings of a token that callers get for their users. */
final class ExchangeRuleSettings {

    private ExchangeRuleSettings() {}

    /** Returns what callers of this token send. With an assertion token, that is what the assertion token needs. */
    static ExchangeRules rules(String name, Map<String, TokenSettings> all) {
        TokenSettings settings = Objects.requireNonNull(all.get(name));
        TokenSettings.Exchange exchange = Objects.requireNonNull(settings.exchange());
        String asserting = exchange.assertionToken();
        GrantSettings presented = asserting == null
                ? settings.grant()
                : Objects.requireNonNull(all.get(asserting)).grant();
        boolean assertion = presented.type() == GrantType.JWT_BEARER;
        return new ExchangeRules(
                assertion ? CallerGrantType.JWT_BEARER : CallerGrantType.TOKEN_EXCHANGE,
                target(settings.grant()),
                assertion ? null : presented.credentials().subjectTokenType(),
                exchange.callerParameters());
    }

    /** Returns what a server has to issue if the caller chooses nothing. */
    static RequestedToken target(GrantSettings grant) {
        return new RequestedToken(
                grant.audience() == null ? List.of() : List.of(grant.audience()),
                grant.resource(),
                grant.scope(),
                grant.type() == GrantType.JWT_BEARER
                        ? null
                        : grant.credentials().requestedTokenType());
    }
}
