@NullMarked
package dev.tokensidecar.oauth2.http;

import org.jspecify.annotations.NullMarked;
