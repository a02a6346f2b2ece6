/**
 * Talks to the authorization server: requests, client authentication, discovery, and the classification of every
 * response. Imports {@code token}, {@code oauth2.http}, {@code oauth2.keys}, Vert.x, Netty, Jackson and jose4j.
 */
@NullMarked
package dev.tokensidecar.oauth2;

import org.jspecify.annotations.NullMarked;
