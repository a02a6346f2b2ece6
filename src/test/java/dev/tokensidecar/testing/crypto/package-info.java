/** Keys, certificates and hashes. */
@NullMarked
package dev.tokensidecar.testing.crypto;

import org.jspecify.annotations.NullMarked;
