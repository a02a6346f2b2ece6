/**
 * A small real authorization server for {@code quarkus:dev} and for the tests: rotation, reuse detection, faults on
 * demand. No production artifact contains this room. Imports no other room; Vert.x only, and CDI for its start in dev mode.
 */
@NullMarked
package dev.tokensidecar.demo;

import org.jspecify.annotations.NullMarked;
