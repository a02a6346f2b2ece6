/** The libraries of the application: their list, their known vulnerabilities, and the document about them. */
@NullMarked
package dev.tokensidecar.dependencies;

import org.jspecify.annotations.NullMarked;
