/** What the application is made of: the list of its parts, what is known against them, and the document about them. */
@NullMarked
package dev.tokensidecar.dependencies;

import org.jspecify.annotations.NullMarked;
