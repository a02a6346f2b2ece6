/**
 * Everything an operator can set: reads every key once, reports every violation at once, hands out plain records.
 * A leaf: imports MicroProfile Config and no other room.
 */
@NullMarked
package dev.tokensidecar.config;

import org.jspecify.annotations.NullMarked;
