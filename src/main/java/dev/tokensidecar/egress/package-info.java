/**
 * Outgoing HTTP connections: where an answer ends, and who may use a connection after it. No byte that was sent for one
 * request may be taken for the answer to another.
 */
@NullMarked
package dev.tokensidecar.egress;

import org.jspecify.annotations.NullMarked;
