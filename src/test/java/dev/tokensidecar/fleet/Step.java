package dev.tokensidecar.fleet;

/** A moment in a refresh at which a fault may happen. */
record Step(Operation operation, Phase phase) {}
