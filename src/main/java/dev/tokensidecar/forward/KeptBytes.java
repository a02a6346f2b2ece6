package dev.tokensidecar.forward;

/** How much of the bodies of all requests together is kept for a second time. Used on one event loop. */
public final class KeptBytes {

    private long left;

    /** @param most bytes */
    public KeptBytes(long most) {
        this.left = most;
    }

    /** Whether there is room for so many more; takes it if so. */
    boolean take(int bytes) {
        if (bytes > left) {
            return false;
        }
        left -= bytes;
        return true;
    }

    void giveBack(int bytes) {
        left += bytes;
    }
}
