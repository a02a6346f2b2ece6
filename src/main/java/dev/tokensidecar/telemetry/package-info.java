/**
 * What an operator sees: meters, health checks and the log lines of the token life cycle.
 * Imports {@code token}, Micrometer, MicroProfile Health and SmallRye Health.
 */
@NullMarked
package dev.tokensidecar.telemetry;

import org.jspecify.annotations.NullMarked;
