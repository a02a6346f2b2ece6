/** The audit trail: who got which token, in one line for each caller and minute. May import {@code token} and {@code ingress}. */
@NullMarked
package dev.tokensidecar.audit;

import org.jspecify.annotations.NullMarked;
