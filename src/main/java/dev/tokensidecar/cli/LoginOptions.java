package dev.tokensidecar.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code login} was asked for.
 *
 * @param token the name of a configured token; null for that of {@code /token}
 * @param way how a person logs in
 * @param timeout how long the person may take
 * @param result what becomes of the refresh token
 */
public record LoginOptions(@Nullable String token, Way way, Duration timeout, Delivery result) {

    /**
     * How a person logs in.
     *
     * @param device whether on another device
     * @param browser whether the command opens the browser itself
     * @param redirectUri the registered redirect URI; null for any on loopback
     * @param parameters further parameters of the authorization request
     */
    public record Way(
            boolean device, boolean browser, @Nullable String redirectUri, Map<String, String> parameters) {

        public Way {
            parameters = Map.copyOf(parameters);
        }
    }

    /**
     * What becomes of the refresh token.
     *
     * @param format its form
     * @param file where it goes; null for the default of the form
     * @param replace whether an existing file may be replaced
     * @param shown whether it may appear on a terminal
     * @param secret the name of the Secret
     * @param namespace the namespace of the Secret; null for none
     */
    public record Delivery(
            DeliveryFormat format,
            @Nullable Path file,
            boolean replace,
            boolean shown,
            String secret,
            @Nullable String namespace) {

        /** Stands for the standard output, as a file. */
        public static final Path STANDARD_OUTPUT = Path.of("-");
    }

    /** The forms of the result. */
    public enum DeliveryFormat {
        /** The refresh token alone. */
        TOKEN,
        /** A Secret of Kubernetes. */
        SECRET,
        /** A patch for a Secret of Kubernetes. */
        KUBECTL_PATCH
    }
}
