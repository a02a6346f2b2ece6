@NullMarked
package dev.tokensidecar.api;

import org.jspecify.annotations.NullMarked;
