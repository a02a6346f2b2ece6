package dev.tokensidecar.config;

import static dev.tokensidecar.config.Key.key;
import static dev.tokensidecar.config.ValueType.POSITIVE_DURATION;
import static dev.tokensidecar.config.ValueType.TEXT;
import static dev.tokensidecar.config.ValueType.wholeNumber;

import dev.tokensidecar.config.TokenSettings.Exchange;
import dev.tokensidecar.config.TokenSettings.SubjectSource;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Declares and reads the group {@code exchange}, for tokens that callers get for their users. */
final class ExchangeKeys {

    static final String GROUP = "exchange.";

    /**
     * How many exchanges run at the same time. Others wait, in the order in which they came.
     *
     * <p>Source: own choice: protects the authorization server
     *
     * <p>Change it when the server allows fewer, or when it is slow and many users are active.
     */
    static final DefaultedKey<Integer> MAX_CONCURRENT =
            key("exchange.max-concurrent", wholeNumber(1, 1000)).defaultsTo("16");

    /**
     * How much memory the exchanged tokens may take, in bytes. Above it, the sidecar forgets those that are used least. They
     * are in memory only.
     *
     * <p>Type: bytes, at most 1 GiB
     *
     * <p>Source: own choice: some 2,000 tokens of 1.5 kB
     *
     * <p>Change it with the number of users that are active within the lifetime of a token, and the memory limit with it.
     */
    static final DefaultedKey<Integer> CACHE_SIZE =
            key("exchange.cache-size", wholeNumber(1024, 1024 * 1024 * 1024)).defaultsTo("4194304");

    /**
     * How long the sidecar remembers that the server has rejected the token of a user. Until then callers with the same input
     * get the same error without a request.
     *
     * <p>Source: own choice: a caller that repeats its call at once causes no second request
     *
     * <p>Change it rarely.
     */
    static final DefaultedKey<Duration> REJECTION_MEMORY =
            key("exchange.rejection-memory", POSITIVE_DURATION).defaultsTo("5s");

    /**
     * Another token of users, whose result becomes the assertion for this one. The sidecar first exchanges the token of the
     * user as that one is configured, and presents the result here. Callers send what the other token needs.
     *
     * <p>Type: name of a token with {@code grant.type=token_exchange} and {@code grant.subject=request}
     *
     * <p>Default: callers bring the assertion
     *
     * <p>When wrong: {@code is not used with} another grant, {@code names no token …}
     *
     * <p>Source: draft-ietf-oauth-identity-assertion-authz-grant (ID-JAG, cross-app access)
     *
     * <p>Change it when the API has another authorization server than the one where the users log in, and both agree on this
     * grant.
     */
    static final OptionalKey<String> ASSERTION_TOKEN = key("exchange.assertion-token", TEXT);

    private ExchangeKeys() {}

    /** Returns null for a token that the sidecar gets for itself. */
    static @Nullable Exchange read(KeyReader keys) {
        SubjectSource subject = keys.read(GrantKeys.SUBJECT);
        Exchange exchange = new Exchange(
                Set.copyOf(keys.read(GrantKeys.CALLER_PARAMETERS)),
                keys.read(ASSERTION_TOKEN),
                keys.read(MAX_CONCURRENT),
                keys.read(CACHE_SIZE),
                keys.read(REJECTION_MEMORY));
        return subject == SubjectSource.REQUEST ? exchange : null;
    }
}
