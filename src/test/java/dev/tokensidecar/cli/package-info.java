@NullMarked
package dev.tokensidecar.cli;

import org.jspecify.annotations.NullMarked;
