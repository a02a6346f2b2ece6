/**
 * Shows operators what happens: meters, health checks, spans, and log lines about refreshes, stores and token files.
 * Imports {@code token}, {@code forward}, Micrometer, MicroProfile Health, SmallRye Health, OpenTelemetry's API and Vert.x.
 */
@NullMarked
package dev.tokensidecar.telemetry;

import org.jspecify.annotations.NullMarked;
