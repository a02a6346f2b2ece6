/**
 * The command line: which subcommands there are, and those that ask a running sidecar. Each command is a short process of
 * its own, so this package starts neither Quarkus nor Vert.x. {@code serve} never gets here.
 */
@NullMarked
package dev.tokensidecar.cli;

import org.jspecify.annotations.NullMarked;
