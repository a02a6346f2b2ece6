@NullMarked
package dev.tokensidecar.login;

import org.jspecify.annotations.NullMarked;
