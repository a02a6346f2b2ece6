/** Tests where a response ends and which request it belongs to. */
@NullMarked
package dev.tokensidecar.egress;

import org.jspecify.annotations.NullMarked;
