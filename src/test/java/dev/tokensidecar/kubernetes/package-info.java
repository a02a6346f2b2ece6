@NullMarked
package dev.tokensidecar.kubernetes;

import org.jspecify.annotations.NullMarked;
