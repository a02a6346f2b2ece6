package dev.tokensidecar.config;

import static dev.tokensidecar.config.Key.key;
import static dev.tokensidecar.config.ValueType.FLAG;

import dev.tokensidecar.config.SidecarSettings.GuardSettings;
import dev.tokensidecar.config.SidecarSettings.Header;
import java.nio.file.Path;

/** Declares and reads the group {@code sidecar.guard}. */
final class GuardKeys {

    static final String PREFIX = "sidecar.guard.";

    /**
     * A header that every request of an application has to carry, as {@code Name: value}. It keeps out requests that
     * an attacker makes a program send (SSRF): these rarely let the attacker choose headers. Requests without it get
     * {@code forbidden}.
     *
     * <p>Source: RFC 9110 section 5; the metadata servers of the large clouds demand a header for the same reason
     *
     * <p>Change it when the application fetches addresses that its users choose.
     */
    static final OptionalKey<Header> REQUIRED_HEADER = key("required-header", ValueFormats.HEADER);

    /**
     * The file with a secret that every caller has to know. Callers send it as header {@code X-Sidecar-Secret}, or as
     * the password of HTTP Basic, which is where OAuth client libraries put the client secret. The sidecar reads the
     * file at each use. It also accepts a second secret in the second line, so that the sidecar and its callers need
     * not change the secret at the same moment. Requests without the secret get {@code forbidden}, and so do all
     * requests while the file is unreadable.
     *
     * <p>When wrong: at run time {@code caller_secret_unreadable} in the log
     *
     * <p>Source: own choice
     *
     * <p>Change it when the pod has containers that must not have the token. Mount the file into those that may.
     */
    static final OptionalKey<Path> CALLER_SECRET_FILE = key("caller-secret-file", ValueFormats.SECRET_FILE);

    /**
     * Whether port 8191 is open. It serves every token to every process of the pod that passes the guard. With
     * {@code false} applications get tokens at the sockets of {@code sidecar.sockets.<name>} only; ports of routes and for
     * gateways stay open. Dev mode leaves 127.0.0.1 open.
     *
     * <p>Source: own choice
     *
     * <p>Change it when containers of the pod must not get each other's tokens.
     */
    static final DefaultedKey<Boolean> TCP_ENABLED = key("tcp-enabled", FLAG).defaultsTo("true");

    private GuardKeys() {}

    static GuardSettings read(KeyReader keys) {
        return new GuardSettings(keys.read(REQUIRED_HEADER), keys.read(CALLER_SECRET_FILE), keys.read(TCP_ENABLED));
    }
}
