/** Sidecars as pods of a real API server: one session in a Secret, and an application that polls each for tokens. */
@NullMarked
package dev.tokensidecar.kubernetes.session;

import org.jspecify.annotations.NullMarked;
