@NullMarked
package dev.tokensidecar.oauth2;

import org.jspecify.annotations.NullMarked;
