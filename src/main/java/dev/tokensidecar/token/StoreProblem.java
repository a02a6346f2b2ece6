package dev.tokensidecar.token;

import java.util.Locale;

/** What can be wrong with the store of a refresh token: a label of the store metric and a word in the log. */
public enum StoreProblem {
    /** The content is not what this program writes: it is truncated, altered, or that of another file. */
    DAMAGED("restore the file from a copy, or delete it to start again from store.refresh-token-file"),
    /** The file is empty. */
    EMPTY("find out what empties the file; nothing else needs to be done"),
    /** This process may not read the file, or it is not a regular file. */
    UNREADABLE("make it a plain file that belongs to the user of the sidecar, with mode 0600"),
    /** Other users may read the file. */
    EXPOSED("chmod 600 the file and log in again if others may have read it; the next save makes it 0600"),
    /** The file system is mounted read-only. */
    READ_ONLY("mount the volume of store.file writable"),
    /** The file system is full, or a quota or its inodes are used up. */
    FULL("free disk space or inodes on the volume of store.file, or raise its quota"),
    /** A write failed for another reason. */
    UNWRITABLE("let the user of the sidecar, and nobody else, write to the directory of store.file"),
    /** The content is encrypted, and no configured key opens it. */
    UNDECRYPTABLE("put the key that wrote the file into the second line of store.encryption-key-file"),
    /** The content is in plain text where it should be encrypted: encryption is new, or somebody else has put it there. */
    UNENCRYPTED(
            "set store.accept-plain-text=true for the start with which encryption begins; at any other time somebody"
                    + " else has put the file there: delete it and log in again"),
    /** The content was encrypted for another store with the same key. */
    FOREIGN("move the file back to where it was written, or delete it to start again from the seed"),
    /** A later version of this program wrote the content. */
    UNKNOWN_FORMAT("run the version that wrote the file, or delete it to start again from the seed"),
    /** The store does not respond in time. */
    SLOW("find out why the volume of store.file, or the API server, does not respond within store.timeout"),
    /** The API server of Kubernetes does not respond. */
    UNREACHABLE("find out why the API server of Kubernetes does not respond to this pod"),
    /** The API server of Kubernetes asked for fewer requests, or this process has made too many of them. */
    THROTTLED("look for what loads the API server of Kubernetes; the sidecar waits and goes on by itself"),
    /** The service account of the pod may not use the Secret. */
    FORBIDDEN("bind the Role of k8s/fleet to the service account of the pod"),
    /** The Secret does not exist. */
    MISSING("create the Secret that store.kubernetes.secret names, empty or with the key refresh-token");

    private final String cure;

    StoreProblem(String cure) {
        this.cure = cure;
    }

    /** The word for metrics, log and {@code /status}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it may pass without anybody doing anything. */
    public boolean passes() {
        return this == SLOW || this == UNREACHABLE || this == THROTTLED;
    }

    /** What to do about it. */
    public String cure() {
        return cure;
    }
}
