/**
 * The content of {@code k8s/monitoring}: alerts, recording rules and the dashboard. The tests compare it with the
 * application and run the tools of Prometheus on it; {@code CONTRIBUTING.md} has the commands.
 */
@NullMarked
package dev.tokensidecar.cluster.monitoring;

import org.jspecify.annotations.NullMarked;
