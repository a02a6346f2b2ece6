@NullMarked
package dev.tokensidecar.audit;

import org.jspecify.annotations.NullMarked;
