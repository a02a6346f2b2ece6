@NullMarked
package dev.tokensidecar.oauth2.keys;

import org.jspecify.annotations.NullMarked;
