@NullMarked
package dev.tokensidecar.ingress;

import org.jspecify.annotations.NullMarked;
