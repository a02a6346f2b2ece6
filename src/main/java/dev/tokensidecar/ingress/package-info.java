/**
 * The front door of every listener: connection limits, the guard that decides who may send requests, and problem
 * responses. Imports {@code token} (whose failures it turns into problems), Vert.x, Netty and Jackson.
 */
@NullMarked
package dev.tokensidecar.ingress;

import org.jspecify.annotations.NullMarked;
