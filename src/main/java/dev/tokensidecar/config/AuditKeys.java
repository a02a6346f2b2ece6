package dev.tokensidecar.config;

import static dev.tokensidecar.config.Key.key;
import static dev.tokensidecar.config.ValueType.FLAG;

import dev.tokensidecar.config.SidecarSettings.AuditSettings;

/** Declares and reads the group {@code sidecar.audit}. */
final class AuditKeys {

    static final String PREFIX = "sidecar.audit.";

    /**
     * Whether the log says who got which token: listener, Linux user, process and container of the caller, as far as the
     * kernel reports them, and the name and generation of the token. Callers that got none have a line too, with the reason. A caller's
     * first request is logged at once; further ones are counted, in one line a minute. No line has a token or
     * its hash.
     *
     * <p>Source: own choice
     *
     * <p>Change it when you have to account for who used a credential.
     */
    static final DefaultedKey<Boolean> ENABLED = key("enabled", FLAG).defaultsTo("false");

    private AuditKeys() {}

    static AuditSettings read(KeyReader keys) {
        return new AuditSettings(keys.read(ENABLED));
    }
}
