/** The manifests of {@code k8s/}, checked without a cluster: {@code ./mvnw verify -Dsuite=cluster}. */
@NullMarked
package dev.tokensidecar.cluster;

import org.jspecify.annotations.NullMarked;
