/**
 * Outgoing HTTP connections: finds the end of each response, and decides who may use the connection next. No byte of one
 * response may count as part of the response to another request.
 */
@NullMarked
package dev.tokensidecar.egress;

import org.jspecify.annotations.NullMarked;
