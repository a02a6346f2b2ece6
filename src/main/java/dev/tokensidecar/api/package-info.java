/**
 * What an application container can ask over HTTP: wire records, parameters, guards and problem bodies.
 * Translates and nothing else. Imports {@code token}, JAX-RS, Jackson and Vert.x.
 */
@NullMarked
package dev.tokensidecar.api;

import org.jspecify.annotations.NullMarked;
