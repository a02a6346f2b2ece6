@NullMarked
package dev.tokensidecar.app;

import org.jspecify.annotations.NullMarked;
