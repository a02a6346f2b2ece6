package dev.tokensidecar.config;

import static dev.tokensidecar.config.Key.key;
import static dev.tokensidecar.config.ValueType.TEXT;
import static dev.tokensidecar.config.ValueType.hyphenatedChoice;

import dev.tokensidecar.config.TokenSettings.FileFormat;
import dev.tokensidecar.config.TokenSettings.TokenFile;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** Declares and reads {@code file} and the keys that begin with it. */
final class TokenFileKeys {

    /**
     * The file with the current access token, on a volume that the containers share. It contains what
     * {@code GET /token} would return now. The sidecar writes it with each new token, replaces it as a whole by a
     * rename, and removes it at the start, at the end, and when it has no usable token. Its directory has to exist.
     * Mount the directory and not the file (no {@code subPath}), open the file anew for each use, and treat a missing
     * file as no token. After SIGKILL the file stays until the next start.
     *
     * <p>Type: no other key may name it
     *
     * <p>Default: then the sidecar writes no file
     *
     * <p>When wrong: {@code must not be} and the key that names the same file; at run time a log line: see
     * <a href="operations.md#token-file-token_sidecar_token_file_up_to_date-is-0">Token file</a>
     *
     * <p>Source: own choice; Kubernetes delivers service account tokens in this way too
     *
     * <p>Change it when software cannot ask over HTTP. Anybody who can read the file has the token, and no key of
     * {@code sidecar.guard} protects it.
     */
    static final OptionalKey<Path> FILE = key("file", ValueFormats.SECRET_FILE);

    /**
     * The mode of the file, that is, who may read it.
     *
     * <p>When wrong: {@code is not used without} {@code file}
     *
     * <p>Source: own choice
     *
     * <p>Change it to {@code 0644} when the containers share no group and nobody else mounts the volume.
     */
    static final DefaultedKey<Set<PosixFilePermission>> MODE =
            key("file-mode", ValueFormats.MODE).defaultsTo("0640");

    /**
     * The group of the file. A process that is not root can only name a group that it belongs to.
     *
     * <p>Default: then the group of the process, or of the directory if that has the set-group-ID bit
     *
     * <p>When wrong: {@code is not used without} {@code file}; at run time a log line
     *
     * <p>Source: own choice
     *
     * <p>Change it rarely: with {@code fsGroup} of the pod the volume has the set-group-ID bit.
     */
    static final OptionalKey<String> GROUP = key("file-group", ValueFormats.GROUP);

    /**
     * The content of the file. {@code text}: the token and nothing else, without a line end. {@code json}:
     * {@code access_token}, {@code token_type}, {@code expires_at} (RFC 3339), {@code scope} if the server named one,
     * {@code generation}, as {@code GET /token} has them. {@code envoy-sds}: the value of {@code Authorization} as a
     * generic secret that Envoy watches; its name is that of the token, {@code default} for {@code sidecar.token}. The
     * sidecar does not remove such a file: without a usable token the secret is empty, because Envoy keeps using a secret
     * whose file is gone. See <a href="envoy.md">envoy.md</a>.
     *
     * <p>When wrong: {@code is not used without} {@code file}
     *
     * <p>Source: RFC 6749 section 5.1; without {@code expires_in}, which would be wrong a second later. Envoy's secret
     * discovery service (SDS)
     *
     * <p>Change it when readers need to know how long the token is valid, or when Envoy is the reader.
     */
    static final DefaultedKey<FileFormat> FORMAT =
            key("file-format", hyphenatedChoice(FileFormat.class)).defaultsTo("text");

    /**
     * The field that the file contains in place of the access token: one of {@code fields}, such as {@code id_token}. With
     * {@code file-format=json} the object has the field in addition. If the authorization server does not send the field,
     * there is no file.
     *
     * <p>Default: then the access token
     *
     * <p>When wrong: {@code is not used without} {@code file}; {@code is not one of} {@code fields}
     *
     * <p>Source: own choice
     *
     * <p>Change it when the reader of the file wants an ID token, such as a client of Kubernetes with {@code tokenFile}.
     */
    static final OptionalKey<String> FIELD = key("file-field", TEXT);

    private TokenFileKeys() {}

    static TokenFile read(KeyReader keys) {
        return new TokenFile(keys.read(FILE), keys.read(MODE), keys.read(GROUP), keys.read(FORMAT), keys.read(FIELD));
    }
}
