/** The images: how fast the sidecar starts in them, what it needs, and what it does in a real container. */
@NullMarked
package dev.tokensidecar.container;

import org.jspecify.annotations.NullMarked;

