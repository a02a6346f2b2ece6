@NullMarked
package dev.tokensidecar.forward;

import org.jspecify.annotations.NullMarked;
