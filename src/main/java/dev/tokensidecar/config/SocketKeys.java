package dev.tokensidecar.config;

import static dev.tokensidecar.config.Key.key;
import static dev.tokensidecar.config.ValueType.LIST;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;

/** Declares the group {@code sidecar.sockets.<name>}. */
final class SocketKeys {

    /** Precedes the name in every key. */
    static final String PREFIX = "sidecar.sockets.";

    /** The prefix of the keys of any socket. */
    static final String ANY = PREFIX + "<name>.";

    /** Stands for every configured token. */
    static final String ALL_TOKENS = "*";

    /**
     * The path of a Unix domain socket that offers the HTTP interface of port 8191 for some of the tokens:
     * {@code curl --unix-socket /run/orders/http.sock http://localhost/tokens/orders}. The directory has to exist. The
     * socket appears there with its mode and owner: the sidecar binds it in a private directory and renames it. The sidecar
     * replaces a socket that a process left behind when it ended.
     *
     * <p>Type: at most 106 bytes
     *
     * <p>When wrong: {@code is missing}, {@code is longer than the 106 bytes that every client can connect to},
     * {@code is the path of sidecar.sockets.… too}; the start fails if something else is at that path, or another process
     * listens there or may do so, because the sidecar may not connect to its socket
     *
     * <p>Source: own choice
     *
     * <p>Change it to give each container its own directory: a container that mounts the directory may ask for the tokens of
     * this socket, and no others.
     */
    static final OptionalKey<Path> PATH = key("path", ValueFormats.FILE);

    /**
     * The mode of the socket, that is, who may connect to it.
     *
     * <p>Source: own choice
     *
     * <p>Change it to {@code 0666} when the directory alone decides who may connect, and the containers share no group.
     */
    static final DefaultedKey<Set<PosixFilePermission>> MODE =
            key("mode", ValueFormats.MODE).defaultsTo("0660");

    /**
     * The user and group of the socket. A process that is not root can only name itself and a group that it belongs to.
     *
     * <p>Default: then those of the process
     *
     * <p>When wrong: the start fails if no user or group has this name, or if the system does not allow it
     *
     * <p>Source: own choice
     *
     * <p>Change it rarely: {@code fsGroup} of the pod and a directory with the set-group-ID bit do the same.
     */
    static final OptionalKey<String> OWNER = key("owner", ValueFormats.OWNER);

    /**
     * The tokens that callers at this socket may ask for: {@code default} for the one of {@code /token}, the names in
     * {@code sidecar.tokens.<name>}, or {@code *} for all. At this socket every other token is unknown: requests for it
     * get {@code unknown_token}, {@code POST /token} does not select it, and {@code /status} does not list it.
     *
     * <p>Type: names of configured tokens, separated by commas
     *
     * <p>Default: required
     *
     * <p>When wrong: {@code is missing}, {@code names no configured token: write one of …}
     *
     * <p>Source: own choice
     *
     * <p>Change it when a container needs another token. Close port 8191 with {@code sidecar.guard.tcp-enabled=false}: it
     * serves every token to the whole pod.
     */
    static final DefaultedKey<List<String>> TOKENS = key("tokens", LIST).emptyByDefault();

    private SocketKeys() {}
}
