/**
 * Keeps the record of a session in a Secret of Kubernetes, for all pods that share the session. Imports {@code token},
 * {@code store}, Vert.x and Jackson.
 */
@NullMarked
package dev.tokensidecar.kubernetes;

import org.jspecify.annotations.NullMarked;
