/**
 * The front door of every listener: who may connect, what a request may cost before anybody reads it, and how a refusal
 * is told. Imports {@code token} (whose failures it tells), Vert.x, Netty and Jackson.
 */
@NullMarked
package dev.tokensidecar.ingress;

import org.jspecify.annotations.NullMarked;
