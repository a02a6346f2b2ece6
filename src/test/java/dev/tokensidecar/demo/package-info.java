@NullMarked
package dev.tokensidecar.demo;

import org.jspecify.annotations.NullMarked;
