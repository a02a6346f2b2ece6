@NullMarked
package dev.tokensidecar.telemetry;

import org.jspecify.annotations.NullMarked;
