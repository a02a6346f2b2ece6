package dev.tokensidecar.oauth2.keys;

/**
 * A service account that signs for itself.
 *
 * @param email the name of the account
 * @param key its private key
 */
public record SigningAccount(String email, SigningKey key) {}
