package dev.tokensidecar.exchange;

import dev.tokensidecar.token.Secret;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one caller wants to have exchanged. It is no record, so that no log statement and no JSON mapper shows it.
 *
 * <p>Every field is part of {@link #key}: two requests with the same key get the same token.
 */
public final class ExchangeRequest {

    private final Secret subject;
    private final @Nullable String subjectTokenType;
    private final @Nullable Secret actor;
    private final @Nullable String actorTokenType;
    private final RequestedToken target;

    /**
     * What the new token is for.
     *
     * @param audience the logical names of the APIs (RFC 8693 section 2.1)
     * @param resource the URIs of the APIs (RFC 8707 section 2)
     * @param scope the requested scope (RFC 6749 section 3.3); null for the server's choice
     * @param requestedTokenType the requested type (RFC 8693 section 3); null for the server's choice
     */
    public record RequestedToken(
            List<String> audience,
            List<String> resource,
            @Nullable String scope,
            @Nullable String requestedTokenType) {

        public RequestedToken {
            audience = List.copyOf(audience);
            resource = List.copyOf(resource);
        }
    }

    /**
     * @param subject the token of the user: {@code subject_token} (RFC 8693) or {@code assertion} (RFC 7523)
     * @param subjectTokenType its type (RFC 8693 section 3); null for an assertion
     * @param actor the token of whoever acts for the user; null for none
     * @param actorTokenType its type; null without an actor
     */
    public ExchangeRequest(
            Secret subject,
            @Nullable String subjectTokenType,
            @Nullable Secret actor,
            @Nullable String actorTokenType,
            RequestedToken target) {
        this.subject = subject;
        this.subjectTokenType = subjectTokenType;
        this.actor = actor;
        this.actorTokenType = actorTokenType;
        this.target = target;
    }

    /** Creates a request of RFC 7523 section 2.1. */
    static ExchangeRequest ofAssertion(Secret assertion, RequestedToken target) {
        return new ExchangeRequest(assertion, null, null, null, target);
    }

    ExchangeRequest withTarget(RequestedToken other) {
        return new ExchangeRequest(subject, subjectTokenType, actor, actorTokenType, other);
    }

    public Secret subject() {
        return subject;
    }

    public @Nullable String subjectTokenType() {
        return subjectTokenType;
    }

    public @Nullable Secret actor() {
        return actor;
    }

    public @Nullable String actorTokenType() {
        return actorTokenType;
    }

    public RequestedToken target() {
        return target;
    }

    ExchangeKey key() {
        return ExchangeKey.digest()
                .add(subject.reveal())
                .add(subjectTokenType)
                .add(actor == null ? null : actor.reveal())
                .add(actorTokenType)
                .add(target.audience())
                .add(target.resource())
                .add(target.scope())
                .add(target.requestedTokenType())
                .build();
    }

    @Override
    public String toString() {
        return "ExchangeRequest";
    }
}
