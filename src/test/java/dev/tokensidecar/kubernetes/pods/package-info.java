/** Suite {@code kubernetes}: the manifests of {@code k8s}, in real pods on a real node. */
@NullMarked
package dev.tokensidecar.kubernetes.pods;

import org.jspecify.annotations.NullMarked;
