/**
 * A small but real authorization server for {@code quarkus:dev} and for the tests, with rotation, reuse detection and
 * faults on demand. No production artifact contains this package. Imports only Vert.x, and CDI for its start in dev mode.
 */
@NullMarked
package dev.tokensidecar.demo;

import org.jspecify.annotations.NullMarked;
