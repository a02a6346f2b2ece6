/** Faults around the packaged application: network, disk, clock and other users of the pod. Needs root. */
@NullMarked
package dev.tokensidecar.faults;

import org.jspecify.annotations.NullMarked;
