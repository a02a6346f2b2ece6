package dev.tokensidecar.oauth2;

import dev.tokensidecar.exchange.ExchangeRequest;
import dev.tokensidecar.oauth2.http.Form;
import dev.tokensidecar.token.Secret;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How the credential of a caller becomes the parameters of a grant. */
public sealed interface CallerGrant {

    /** Adds the parameters that no target has. */
    void addTo(Form form, ExchangeRequest request);

    /** RFC 8693 section 2.1. */
    record SubjectTokenGrant() implements CallerGrant {
        @Override
        public void addTo(Form form, ExchangeRequest request) {
            form.add("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");
            form.add("subject_token", request.subject());
            form.add("subject_token_type", Objects.requireNonNull(request.subjectTokenType()));
            Secret actor = request.actor();
            if (actor != null) {
                form.add("actor_token", actor);
                form.add("actor_token_type", Objects.requireNonNull(request.actorTokenType()));
            }
            addTo(form, "requested_token_type", request.target().requestedTokenType());
        }

        private static void addTo(Form form, String name, @Nullable String value) {
            if (value != null) {
                form.add(name, value);
            }
        }
    }

    /** RFC 7523 section 2.1. */
    record AssertionGrant() implements CallerGrant {
        @Override
        public void addTo(Form form, ExchangeRequest request) {
            form.add("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
            form.add("assertion", request.subject());
        }
    }
}
