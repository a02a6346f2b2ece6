package dev.tokensidecar.config;

import static dev.tokensidecar.config.Key.key;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokensidecar.config.SidecarSettings.GuardSettings;
import dev.tokensidecar.config.SidecarSettings.Header;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
     * The path of a Unix domain socket that offers the same HTTP interface as port 8191:
     * {@code curl --unix-socket /run/token-sidecar/http.sock http://localhost/token}. The directory has to exist. The
     * socket appears there with its mode and owner: the sidecar binds it in a private directory and renames it.
     *
     * <p>Type: at most 106 bytes
     *
     * <p>When wrong: {@code is longer than the 106 bytes that every client can connect to}; the start fails if
     * something else is at that path, or another process listens there
     *
     * <p>Source: own choice
     *
     * <p>Change it to let file permissions decide who may have the token: share the directory with those containers
     * only.
     */
    static final OptionalKey<Path> SOCKET = key("socket", ValueFormats.FILE);

    /**
     * The mode of the socket, that is, who may connect to it.
     *
     * <p>Source: own choice
     *
     * <p>Change it when the containers share no group.
     */
    static final DefaultedKey<Set<PosixFilePermission>> SOCKET_MODE =
            key("socket-mode", ValueFormats.MODE).defaultsTo("0660");

    /**
     * The user and group of the socket. A process that is not root can only name a group that it belongs to.
     *
     * <p>Default: then those of the process
     *
     * <p>When wrong: {@code is not used without} {@code socket}; the start fails if the system does not allow it
     *
     * <p>Source: own choice
     *
     * <p>Change it rarely: {@code fsGroup} of the pod and a directory with the set-group-ID bit do the same.
     */
    static final OptionalKey<String> SOCKET_OWNER = key("socket-owner", ValueFormats.OWNER);

    /** A socket address has 108 bytes with the terminating zero (unix(7)), and clients in Java use one byte less. */
    private static final int MAX_SOCKET_BYTES = 106;

    private GuardKeys() {}

    static GuardSettings read(KeyReader keys) {
        GuardSettings guard = new GuardSettings(
                keys.read(REQUIRED_HEADER),
                keys.read(CALLER_SECRET_FILE),
                keys.read(SOCKET),
                keys.read(SOCKET_MODE),
                keys.read(SOCKET_OWNER));
        checkSocket(guard.socket(), keys);
        return guard;
    }

    private static void checkSocket(@Nullable Path socket, KeyReader keys) {
        if (keys.isSet(SOCKET_OWNER) && !keys.isSet(SOCKET)) {
            keys.reject(SOCKET_OWNER, "is not used without {}" + SOCKET + ": leave it out or name the socket");
        }
        if (socket != null && socket.toString().getBytes(UTF_8).length > MAX_SOCKET_BYTES) {
            keys.reject(
                    SOCKET,
                    "is longer than the " + MAX_SOCKET_BYTES
                            + " bytes that every client can connect to: name a shorter one");
        }
    }
}
