/** What fails around the packaged application: network, disk, clock, neighbours. Needs root. */
@NullMarked
package dev.tokensidecar.faults;

import org.jspecify.annotations.NullMarked;
