/** Long runs of the packaged application, and a search of its output for secrets; see {@code CONTRIBUTING.md}. */
@NullMarked
package dev.tokensidecar.soak;

import org.jspecify.annotations.NullMarked;
