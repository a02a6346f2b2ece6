/**
 * What {@code k8s/monitoring} holds: alerts, recording rules and the dashboard, against the application and against
 * Prometheus' own tools; see {@code CONTRIBUTING.md} for how to run the latter.
 */
@NullMarked
package dev.tokensidecar.cluster.monitoring;

import org.jspecify.annotations.NullMarked;
