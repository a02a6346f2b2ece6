package dev.tokensidecar.cli;

/** The version of this program, which {@code src/release/version.sh} sets. */
public final class Version {

    public static final String CURRENT = "0.1.0";

    private Version() {}
}
