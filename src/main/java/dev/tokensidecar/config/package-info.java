/**
 * Reads and checks the configuration. The classes {@code *Keys} declare the keys,
 * {@link dev.tokensidecar.config.KeyReader} reads them, and the classes {@code *Checks} check their combinations.
 * {@link dev.tokensidecar.config.SettingsReader} returns records, or reports every violation.
 */
@NullMarked
package dev.tokensidecar.config;

import org.jspecify.annotations.NullMarked;
