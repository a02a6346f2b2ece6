package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.RefreshFailure;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How far one exchange has come in showing who asks: no secret or key is tried twice.
 *
 * @param proofs what there is to show, in this order
 * @param refusals what was shown, and refused
 * @param readAgain whether the secret has been read a second time
 */
record ClientAuthenticationAttempt(List<ClientAuthenticationParameters> proofs, List<CredentialsRejected> refusals, boolean readAgain) {

    record CredentialsRejected(ClientAuthenticationParameters proof, RefreshFailure failure) {}

    ClientAuthenticationAttempt {
        proofs = List.copyOf(proofs);
        refusals = List.copyOf(refusals);
    }

    /** Null if everything was refused. */
    @Nullable ClientAuthenticationParameters next() {
        return proofs.stream()
                .filter(proof ->
                        refusals.stream().noneMatch(it -> it.proof().origin().equals(proof.origin())))
                .findFirst()
                .orElse(null);
    }

    ClientAuthenticationAttempt refused(ClientAuthenticationParameters proof, RefreshFailure failure) {
        return new ClientAuthenticationAttempt(
                proofs,
                Stream.concat(refusals.stream(), Stream.of(new CredentialsRejected(proof, failure)))
                        .toList(),
                readAgain);
    }

    ClientAuthenticationAttempt having(List<ClientAuthenticationParameters> latest) {
        return new ClientAuthenticationAttempt(latest, refusals, true);
    }

    /** The last one. */
    RefreshFailure refusal() {
        return Objects.requireNonNull(refusals.getLast()).failure();
    }
}
