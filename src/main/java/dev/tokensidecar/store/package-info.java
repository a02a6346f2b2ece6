/**
 * Where the refresh token is kept. Imports {@code token}, the JDK and Jackson.
 */
@NullMarked
package dev.tokensidecar.store;

import org.jspecify.annotations.NullMarked;
