@NullMarked
package dev.tokensidecar.store;

import org.jspecify.annotations.NullMarked;
