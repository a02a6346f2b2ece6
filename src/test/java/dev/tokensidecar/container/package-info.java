/** The images: start time, memory, and behaviour in real containers. */
@NullMarked
package dev.tokensidecar.container;

import org.jspecify.annotations.NullMarked;
