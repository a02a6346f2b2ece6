/** What the tests of all rooms share: fakes, stubs and real processes with a handle to steer them. */
@NullMarked
package dev.tokensidecar.testing;

import org.jspecify.annotations.NullMarked;
