/**
 * One exchange with a server: a request, its response in full, and what may be shown of it. Imports {@code token},
 * {@code egress} and Vert.x Web Client.
 */
@NullMarked
package dev.tokensidecar.oauth2.http;

import org.jspecify.annotations.NullMarked;
