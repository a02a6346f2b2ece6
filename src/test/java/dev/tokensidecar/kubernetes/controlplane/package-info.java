/** A real API server of Kubernetes with its etcd, for tests, and what pods get from it. No kubelet, so no pods. */
@NullMarked
package dev.tokensidecar.kubernetes.controlplane;

import org.jspecify.annotations.NullMarked;
