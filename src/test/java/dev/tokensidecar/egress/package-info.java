/** Where an answer ends, and whose it is. */
@NullMarked
package dev.tokensidecar.egress;

import org.jspecify.annotations.NullMarked;
