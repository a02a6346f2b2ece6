@NullMarked
package dev.tokensidecar.config;

import org.jspecify.annotations.NullMarked;
