/**
 * The HTTP interface for application containers: resources, parameters, JSON records and error responses. Translates,
 * and decides nothing. Imports {@code token}, {@code ingress}, JAX-RS, Jackson and Vert.x.
 */
@NullMarked
package dev.tokensidecar.api;

import org.jspecify.annotations.NullMarked;
