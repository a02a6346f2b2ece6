/**
 * A simulation of a fleet: the real core of each sidecar, a simulated store and a simulated authorization server, in virtual
 * time. A seed is a schedule of faults; the same seed is the same run.
 */
@NullMarked
package dev.tokensidecar.fleet;

import org.jspecify.annotations.NullMarked;
