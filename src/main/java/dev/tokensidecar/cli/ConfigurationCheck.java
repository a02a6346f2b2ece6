package dev.tokensidecar.cli;

/** Checks the configuration of the sidecar. */
@FunctionalInterface
public interface ConfigurationCheck {

    /**
     * Reads the configuration, and looks at what it names. May block.
     *
     * @param files whether to look at files
     * @param connect whether to ask the servers
     */
    CheckReport check(boolean files, boolean connect);
}
