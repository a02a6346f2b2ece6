package dev.tokensidecar.config;

import dev.tokensidecar.egress.Authority;
import dev.tokensidecar.egress.NoProxy;
import dev.tokensidecar.token.Secret;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the whole process. {@code docs/configuration.md} lists the keys, units and defaults.
 *
 * @param tokens the tokens by name
 * @param forwards the routes by name
 * @param introspections the issuers whose tokens the application gets from others, by name
 * @param authorize the port for gateways; null for none
 * @param sockets the Unix domain sockets by name
 * @param guard restricts who may call the sidecar
 * @param audit who got which token
 * @param shutdown what happens at SIGTERM
 * @param pod names this process for other pods
 * @param page the page for people
 * @param proxy the way to authorization servers and APIs
 */
public record SidecarSettings(
        Map<String, TokenSettings> tokens,
        Map<String, ForwardSettings> forwards,
        Map<String, IntrospectionSettings> introspections,
        @Nullable AuthorizeSettings authorize,
        Map<String, SocketSettings> sockets,
        GuardSettings guard,
        AuditSettings audit,
        ShutdownSettings shutdown,
        PodSettings pod,
        PageSettings page,
        ProxySettings proxy) {

    /** The name of the token that {@code /token} serves. */
    public static final String DEFAULT_TOKEN = "default";

    public SidecarSettings {
        tokens = Collections.unmodifiableMap(new LinkedHashMap<>(tokens));
        forwards = Collections.unmodifiableMap(new LinkedHashMap<>(forwards));
        sockets = Collections.unmodifiableMap(new LinkedHashMap<>(sockets));
        introspections = Collections.unmodifiableMap(new LinkedHashMap<>(introspections));
    }

    /**
     * The port for gateways: group {@code sidecar.authorize}.
     *
     * @param token the name of the token that they get
     * @param callerSecretFile the file with the secret that they send, read at each use
     */
    public record AuthorizeSettings(int port, String token, Path callerSecretFile) {}

    /**
     * Restricts who may call the sidecar: group {@code sidecar.guard}.
     *
     * @param requiredHeader the header that every request has to carry; null for none
     * @param callerSecretFile the file with the secret that every caller has to send, read at each use; null for none
     * @param tcpEnabled whether port 8191 is open
     */
    public record GuardSettings(
            @Nullable Header requiredHeader, @Nullable Path callerSecretFile, boolean tcpEnabled) {}

    /**
     * A Unix domain socket that offers the HTTP interface for some of the tokens: group {@code sidecar.sockets.<name>}.
     *
     * @param mode the mode of the socket, that is, who may connect
     * @param owner the {@code user:group} of the socket; null for those of the process
     * @param tokens the names of the tokens that callers may ask for there
     */
    public record SocketSettings(
            Path path,
            Set<PosixFilePermission> mode,
            @Nullable String owner,
            Set<String> tokens) {

        public SocketSettings {
            mode = Set.copyOf(mode);
            tokens = Set.copyOf(tokens);
        }
    }

    /**
     * Who got which token: group {@code sidecar.audit}.
     *
     * @param enabled whether the log says so
     */
    public record AuditSettings(boolean enabled) {}

    /** A header field (RFC 9110 section 5). */
    public record Header(String name, String value) {}

    /**
     * What happens at SIGTERM: group {@code sidecar.shutdown}.
     *
     * @param preStopDelay how long the sidecar continues as before
     * @param gracePeriod how long a refresh in flight may take after that
     */
    public record ShutdownSettings(Duration preStopDelay, Duration gracePeriod) {}

    /**
     * Names this process for other pods: group {@code sidecar.pod}.
     *
     * @param name what people call it; null for the name of the host
     * @param uid the same for a process that replaces this one in the pod; null if none can be recognized
     */
    public record PodSettings(
            @Nullable String name, @Nullable String uid) {}

    /**
     * The page for people: group {@code sidecar.page}.
     *
     * @param enabled whether port 9191 serves it
     */
    public record PageSettings(boolean enabled) {}

    /**
     * The way to authorization servers and APIs: group {@code sidecar.proxy}, or the environment.
     *
     * @param http the proxy for http URLs; null for none
     * @param https the proxy for https URLs; null for none
     * @param noProxy the hosts that the sidecar reaches without a proxy, as {@link NoProxy#of} reads them
     * @param credentialsFile the file with {@code user:password}, read before each connection; null for none
     */
    public record ProxySettings(
            @Nullable ProxyAddress http,
            @Nullable ProxyAddress https,
            List<String> noProxy,
            @Nullable Path credentialsFile) {

        public ProxySettings {
            noProxy = List.copyOf(noProxy);
        }
    }

    /**
     * An HTTP proxy.
     *
     * @param credentials {@code user:password} from an environment variable; null for none
     */
    public record ProxyAddress(
            Authority authority, @Nullable Secret credentials) {}
}
