/**
 * Reads a client's secrets, private keys and certificates from mounted files, and judges what they are good for. Imports
 * {@code token} and jose4j.
 */
@NullMarked
package dev.tokensidecar.oauth2.keys;

import org.jspecify.annotations.NullMarked;
