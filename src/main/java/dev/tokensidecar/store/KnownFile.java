package dev.tokensidecar.store;

import dev.tokensidecar.token.StoreFailure;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A file, and what this process has last read from it or written to it. Not thread-safe. */
final class KnownFile {

    private final AtomicFile file;
    private byte @Nullable [] content;
    private @Nullable StoreFailure failure;

    /** Knows nothing of the file until {@link #read}. */
    KnownFile(AtomicFile file) {
        this.file = file;
    }

    /** Reads the file. Never fails: {@link #content} does. */
    void read() {
        try {
            know(file.read().orElse(null));
        } catch (StoreFailure unreadable) {
            content = null;
            failure = unreadable;
        }
    }

    private void know(byte @Nullable [] next) {
        content = next;
        failure = null;
    }

    String name() {
        return file.path().toString();
    }

    boolean isMissing() {
        return content == null && failure == null;
    }

    /**
     * Returns the content.
     *
     * @return empty if there is no file
     * @throws StoreFailure if the file could not be read
     */
    Optional<byte[]> content() {
        if (failure != null) {
            throw failure;
        }
        return Optional.ofNullable(content);
    }

    void replace(byte[] next) {
        file.replace(next);
        know(next);
    }

    void setAside() {
        file.setAside();
        know(null);
    }

    /** Deletes the file, unless it is known to be missing. */
    void delete() {
        if (!isMissing()) {
            file.delete();
            know(null);
        }
    }

    /** Adds what distinguishes this content from any other one. */
    void addTo(MessageDigest version) {
        String state = content == null ? "missing" : "content of " + content.length;
        String line = failure == null ? state : failure.problem().label();
        version.update((line + "\n").getBytes(StandardCharsets.UTF_8));
        if (content != null) {
            version.update(content);
        }
    }
}
