package dev.tokensidecar.testing.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tokensidecar.testing.crypto.Sha256;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Searches texts for secrets. */
public final class SecretSearch {

    private static final int AROUND = 150;

    private final Set<String> forms = new HashSet<>();

    /** Adds secrets in plain text. */
    public void add(Collection<String> secrets) {
        secrets.stream().filter(secret -> !secret.isEmpty()).forEach(forms::add);
    }

    /** Adds secrets in plain text, encoded and hashed. */
    public void addInAnyForm(Collection<String> secrets) {
        secrets.forEach(secret -> add(List.of(
                secret,
                URLEncoder.encode(secret, UTF_8),
                Base64.getEncoder().encodeToString(secret.getBytes(UTF_8)),
                Sha256.hex(secret),
                Base64.getEncoder().encodeToString(Sha256.of(secret)),
                Base64.getUrlEncoder().withoutPadding().encodeToString(Sha256.of(secret)))));
    }

    /** Returns the number of forms. */
    public int size() {
        return forms.size();
    }

    /**
     * Returns the places that contain a secret, with the surrounding text and without the secret.
     *
     * @param texts the texts to search, by place
     */
    public List<String> leaks(Map<String, ? extends Collection<String>> texts) {
        return texts.entrySet().stream()
                .flatMap(place -> place.getValue().stream()
                        .flatMap(this::leaks)
                        .distinct()
                        .limit(10)
                        .map(leak -> place.getKey() + ": " + leak))
                .toList();
    }

    private Stream<String> leaks(String text) {
        return forms.stream().filter(text::contains).map(secret -> around(text, text.indexOf(secret), secret.length()));
    }

    private String around(String text, int at, int length) {
        String context = text.substring(Math.max(0, at - AROUND), Math.min(text.length(), at + length + AROUND));
        for (String secret : forms) {
            context = context.replace(secret, "[SECRET]");
        }
        return context;
    }
}
