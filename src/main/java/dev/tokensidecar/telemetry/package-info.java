/**
 * What an operator sees: meters, health checks, spans and the log lines of the token life cycle.
 * Imports {@code token}, Micrometer, MicroProfile Health, SmallRye Health, OpenTelemetry's API and Vert.x.
 */
@NullMarked
package dev.tokensidecar.telemetry;

import org.jspecify.annotations.NullMarked;
