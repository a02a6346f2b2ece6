@NullMarked
package dev.tokensidecar.token;

import org.jspecify.annotations.NullMarked;
