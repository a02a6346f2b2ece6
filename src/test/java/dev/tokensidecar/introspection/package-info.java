@NullMarked
package dev.tokensidecar.introspection;

import org.jspecify.annotations.NullMarked;
