/**
 * A person logs in and gets the first refresh token: the authorization code grant with PKCE over a loopback redirect (RFC
 * 8252), or the device grant (RFC 8628), and the forms in which the refresh token leaves. Imports {@code token}, Mutiny and
 * Vert.x.
 */
@NullMarked
package dev.tokensidecar.login;

import org.jspecify.annotations.NullMarked;
