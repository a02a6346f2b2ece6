@NullMarked
package dev.tokensidecar.page;

import org.jspecify.annotations.NullMarked;
