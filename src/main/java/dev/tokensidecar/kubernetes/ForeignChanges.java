package dev.tokensidecar.kubernetes;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Passes on the changes that others make to a Secret: not this process's own writes, and nothing older than what this
 * process knows. While it is writing, nobody can tell who made a change, so the change waits. Not thread-safe.
 */
final class ForeignChanges {

    private final Consumer<SecretObject> watcher;
    private String newest = "";
    private int writing;
    private @Nullable SecretObject waiting;

    ForeignChanges(Consumer<SecretObject> watcher) {
        this.watcher = watcher;
    }

    /** Returns the newest version that this process knows; empty if it knows none. */
    String newest() {
        return newest;
    }

    /** This process has read the Secret. After a restore of etcd, its version may be an earlier one. */
    void read(String version) {
        newest = version;
    }

    void writeStarted() {
        writing++;
    }

    /** @param version the version that this process has written; null if it does not know */
    void writeEnded(@Nullable String version) {
        writing--;
        if (version != null && isNewer(version)) {
            newest = version;
        }
        SecretObject last = waiting;
        if (writing == 0 && last != null) {
            waiting = null;
            changed(last);
        }
    }

    /** The Secret has changed. */
    void changed(SecretObject secret) {
        if (writing > 0) {
            waiting = secret;
        } else if (isNewer(secret.version())) {
            newest = secret.version();
            watcher.accept(secret);
        }
    }

    /** Versions are numbers that grow with each change in the cluster. Where they are not, each other one counts. */
    private boolean isNewer(String version) {
        if (!isNumber(version) || !isNumber(newest)) {
            return !version.equals(newest);
        }
        return version.length() == newest.length() ? version.compareTo(newest) > 0 : version.length() > newest.length();
    }

    private static boolean isNumber(String version) {
        return !version.isEmpty() && version.chars().allMatch(digit -> digit >= '0' && digit <= '9');
    }
}
