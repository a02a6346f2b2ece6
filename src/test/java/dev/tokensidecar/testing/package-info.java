@NullMarked
package dev.tokensidecar.testing;

import org.jspecify.annotations.NullMarked;
