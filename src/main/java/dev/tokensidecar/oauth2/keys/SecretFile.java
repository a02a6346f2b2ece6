package dev.tokensidecar.oauth2.keys;

import dev.tokensidecar.token.InvisibleCharacter;
import dev.tokensidecar.token.Secret;
import java.nio.file.Path;
import java.util.List;

/**
 * A mounted file with one secret, or with two during a rotation: the new one in the first line, the old one in the second.
 * Line ends, as editors leave them, are not part of a secret.
 */
public final class SecretFile implements SecretSource {

    private static final int MAX_SECRETS = 2;

    private final MountedFile file;

    /**
     * Names the file.
     *
     * @param name what the file contains, for messages and, with {@code _unreadable}, for the error code: "client secret"
     */
    public SecretFile(Path path, String name) {
        this.file = new MountedFile(path, name);
    }

    @Override
    public List<Secret> read() {
        List<Secret> secrets = file.text()
                .lines()
                .filter(line -> !line.isEmpty())
                .map(Secret::of)
                .toList();
        if (secrets.isEmpty()) {
            throw file.misconfigured("is empty", "put the " + file.name() + " into it");
        }
        if (secrets.size() > MAX_SECRETS) {
            throw file.misconfigured(
                    "has more than two lines",
                    "write the " + file.name() + ", and during a rotation the old one in the second line");
        }
        secrets.forEach(this::requireVisible);
        return secrets;
    }

    private void requireVisible(Secret secret) {
        InvisibleCharacter.in(secret.reveal()).ifPresent(character -> {
            throw file.misconfigured("has an invisible character, " + character + " of its line", "write it again");
        });
    }
}
