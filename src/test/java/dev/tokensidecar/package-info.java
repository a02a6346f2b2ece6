@NullMarked
package dev.tokensidecar;

import org.jspecify.annotations.NullMarked;
