/**
 * Everything an operator can set. The classes {@code *Keys} declare the keys, {@link dev.tokensidecar.config.KeyReader}
 * reads them, the classes {@code *Checks} know which of them go together, and
 * {@link dev.tokensidecar.config.SettingsReader} reports every violation at once or hands out records.
 */
@NullMarked
package dev.tokensidecar.config;

import org.jspecify.annotations.NullMarked;
