@NullMarked
package dev.tokensidecar.exchange;

import org.jspecify.annotations.NullMarked;
