package dev.tokensidecar.api;

import dev.tokensidecar.exchange.ExchangeRequest;
import dev.tokensidecar.token.Secret;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the token request of a caller that acts for a user: RFC 8693 section 2.1, or RFC 7523 section 2.1. A field that could
 * change the result and that the caller may not choose is an error, never ignored.
 *
 * @param grant the grant that this token is for
 * @param configured what the token is for, and what a caller gets that chooses nothing
 * @param subjectTokenType the type of subject tokens; null for assertions
 * @param callersChoice the fields that a caller may choose freely, besides its credential
 */
public record ExchangeRules(
        CallerGrantType grant,
        ExchangeRequest.RequestedToken configured,
        @Nullable String subjectTokenType,
        Set<String> callersChoice) {

    private static final String SCOPE = "scope";
    private static final String AUDIENCE = "audience";
    private static final String RESOURCE = "resource";
    private static final String SUBJECT_TOKEN_TYPE = "subject_token_type";
    private static final String REQUESTED_TOKEN_TYPE = "requested_token_type";
    private static final String ACTOR_TOKEN = "actor_token";
    private static final String ACTOR_TOKEN_TYPE = "actor_token_type";

    /** The fields that an operator can leave to callers. */
    public static final Set<String> CHOICES =
            Set.of(SCOPE, AUDIENCE, RESOURCE, SUBJECT_TOKEN_TYPE, REQUESTED_TOKEN_TYPE, ACTOR_TOKEN);

    /** Client authentication of libraries: the guards decide who may call. */
    private static final Set<String> IGNORED =
            Set.of("client_id", "client_secret", "client_assertion", "client_assertion_type");

    /** The grants for which a caller brings a credential. */
    public enum CallerGrantType {
        TOKEN_EXCHANGE("urn:ietf:params:oauth:grant-type:token-exchange", "subject_token"),
        JWT_BEARER("urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion");

        private final String urn;
        private final String credential;

        CallerGrantType(String urn, String credential) {
            this.urn = urn;
            this.credential = credential;
        }
    }

    public ExchangeRules {
        callersChoice = Set.copyOf(callersChoice);
    }

    /**
     * Reads the form fields.
     *
     * @throws TokenRequestError if the request is malformed, or asks for what it may not choose
     */
    ExchangeRequest read(Map<String, List<String>> form) {
        FormFields fields = new FormFields(form);
        String grantType = fields.single("grant_type");
        if (!grant.urn.equals(grantType)) {
            throw grantType == null
                    ? TokenRequestError.invalidRequest("send grant_type=" + grant.urn)
                    : TokenRequestError.unsupportedGrantType("this token is for grant_type=" + grant.urn);
        }
        String credential = fields.single(grant.credential);
        if (credential == null) {
            throw TokenRequestError.invalidRequest("send the token of the user as " + grant.credential);
        }
        String actor = fields.single(ACTOR_TOKEN);
        String actorType = fields.single(ACTOR_TOKEN_TYPE);
        requireAllowed(fields);
        if ((actor == null) != (actorType == null)) {
            throw TokenRequestError.invalidRequest("send actor_token and actor_token_type together, or neither");
        }
        return new ExchangeRequest(
                Secret.of(credential),
                chosen(fields, SUBJECT_TOKEN_TYPE, subjectTokenType),
                actor == null ? null : Secret.of(actor),
                actorType,
                new ExchangeRequest.RequestedToken(
                        chosen(fields, AUDIENCE, configured.audience()),
                        chosen(fields, RESOURCE, configured.resource()),
                        scope(fields),
                        chosen(fields, REQUESTED_TOKEN_TYPE, configured.requestedTokenType())));
    }

    private void requireAllowed(FormFields fields) {
        Set<String> known = Stream.of(
                        Set.of("grant_type", grant.credential), Set.of(ACTOR_TOKEN_TYPE), CHOICES, IGNORED)
                .flatMap(Set::stream)
                .collect(Collectors.toSet());
        fields.names().stream()
                .filter(name -> !known.contains(name))
                .sorted()
                .findFirst()
                .ifPresent(name -> {
                    throw unknown(name);
                });
        if (fields.single(ACTOR_TOKEN) != null && !callersChoice.contains(ACTOR_TOKEN)) {
            throw notAllowed(ACTOR_TOKEN);
        }
    }

    private @Nullable String chosen(FormFields fields, String name, @Nullable String fixed) {
        String value = fields.single(name);
        if (value == null || value.equals(fixed)) {
            return fixed;
        }
        requireChoice(name);
        return value;
    }

    private List<String> chosen(FormFields fields, String name, List<String> fixed) {
        List<String> values = fields.all(name);
        if (values.isEmpty() || values.equals(fixed)) {
            return fixed;
        }
        requireChoice(name);
        return values;
    }

    /** A caller may always ask for less than what is configured. */
    private @Nullable String scope(FormFields fields) {
        String value = fields.single(SCOPE);
        if (value == null) {
            return configured.scope();
        }
        if (value.isBlank()) {
            throw TokenRequestError.blankScope();
        }
        boolean within =
                configured.scope() != null && Scope.of(configured.scope()).covers(Scope.of(value));
        if (!within && !callersChoice.contains(SCOPE)) {
            throw configured.scope() == null
                    ? TokenRequestError.noScopeForCaller()
                    : TokenRequestError.invalidScopeOfCaller();
        }
        return value;
    }

    private void requireChoice(String name) {
        if (!callersChoice.contains(name)) {
            throw notAllowed(name);
        }
    }

    private static TokenRequestError notAllowed(String name) {
        return TokenRequestError.invalidRequest(
                name + " is not for callers to choose: leave it out, or have it allowed by grant.caller-parameters");
    }

    private static TokenRequestError unknown(String name) {
        return TokenRequestError.invalidRequest(
                (FormFields.isPlain(name) ? name : "a field") + " is not a field of this request: leave it out");
    }
}
