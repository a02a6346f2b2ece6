/**
 * Reads a client's secrets, private keys and certificates from mounted files, and checks what they can be used for.
 * Imports {@code token} and jose4j.
 */
@NullMarked
package dev.tokensidecar.oauth2.keys;

import org.jspecify.annotations.NullMarked;
