package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.RefreshFailure;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The client authentication of one exchange. It tries no secret or key twice.
 *
 * @param candidates the credentials to try, in this order
 * @param rejections the credentials with which client authentication failed
 * @param reread whether the secret has been read a second time
 */
record ClientAuthenticationAttempt(
        List<ClientAuthenticationParameters> candidates, List<CredentialsRejected> rejections, boolean reread) {

    record CredentialsRejected(ClientAuthenticationParameters credentials, RefreshFailure failure) {}

    ClientAuthenticationAttempt {
        candidates = List.copyOf(candidates);
        rejections = List.copyOf(rejections);
    }

    /** Returns the next credentials to try; null if authentication failed with all of them. */
    @Nullable ClientAuthenticationParameters next() {
        return candidates.stream()
                .filter(candidate -> rejections.stream()
                        .noneMatch(it -> it.credentials().origin().equals(candidate.origin())))
                .findFirst()
                .orElse(null);
    }

    ClientAuthenticationAttempt withRejected(ClientAuthenticationParameters credentials, RefreshFailure failure) {
        return new ClientAuthenticationAttempt(
                candidates,
                Stream.concat(rejections.stream(), Stream.of(new CredentialsRejected(credentials, failure)))
                        .toList(),
                reread);
    }

    ClientAuthenticationAttempt withReread(List<ClientAuthenticationParameters> latest) {
        return new ClientAuthenticationAttempt(latest, rejections, true);
    }

    RefreshFailure lastFailure() {
        return Objects.requireNonNull(rejections.getLast()).failure();
    }
}
