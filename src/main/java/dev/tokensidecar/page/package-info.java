/** The page for people: what the sidecar does, on one screen. Shows no token, no hash and no code. */
@NullMarked
package dev.tokensidecar.page;

import org.jspecify.annotations.NullMarked;
