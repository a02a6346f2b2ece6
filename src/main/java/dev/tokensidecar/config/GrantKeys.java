package dev.tokensidecar.config;

import static dev.tokensidecar.config.Key.key;
import static dev.tokensidecar.config.ValueType.LIST;
import static dev.tokensidecar.config.ValueType.PAIRS;
import static dev.tokensidecar.config.ValueType.TEXT;
import static dev.tokensidecar.config.ValueType.choice;

import dev.tokensidecar.config.TokenSettings.GrantCredentials;
import dev.tokensidecar.config.TokenSettings.GrantSettings;
import dev.tokensidecar.config.TokenSettings.GrantType;
import dev.tokensidecar.config.TokenSettings.SubjectSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Declares and reads the group {@code grant}. */
final class GrantKeys {

    static final String GROUP = "grant.";

    /**
     * The grant for the first token.
     *
     * <p>With {@code refresh_token} and {@code device_code} the refresh token is worth keeping. With the others it is
     * expendable, and the sidecar holds it in memory unless {@code store.file} is set.
     *
     * <p>With {@code self_signed} there is no request: the sidecar signs the access token itself, with
     * {@code grant.assertion.key-file}, for APIs that know its public key.
     *
     * <p>Source: RFC 6749 sections 6, 4.4 and 4.3, RFC 7523 section 2.1, RFC 8693, RFC 8628; {@code self_signed} is
     * Google's term
     *
     * <p>Change it to {@code client_credentials} when the application acts on its own behalf, without a user; to
     * another grant when the server issues the first token for that one.
     */
    static final DefaultedKey<GrantType> TYPE =
            key("grant.type", choice(GrantType.class)).defaultsTo("refresh_token");

    /**
     * The requested scopes, separated by spaces.
     *
     * <p>Default: then the server grants what it granted before, or its own default
     *
     * <p>When wrong: the server answers {@code invalid_scope}
     *
     * <p>Source: RFC 6749 sections 3.3 and 6: with a refresh token no more than was granted
     *
     * <p>Change it to request less than was granted, or when {@code client_credentials} needs it.
     */
    static final OptionalKey<String> SCOPE = key("grant.scope", TEXT);

    /**
     * Sent as {@code audience}.
     *
     * <p>When wrong: the server decides
     *
     * <p>Source: not in RFC 6749; Auth0 and others accept it
     *
     * <p>Change it when the server identifies the API by this parameter.
     */
    static final OptionalKey<String> AUDIENCE = key("grant.audience", TEXT);

    /**
     * The APIs that the access token is for. The sidecar sends each as {@code resource}.
     *
     * <p>Type: absolute URIs without fragment
     *
     * <p>When wrong: the server answers {@code invalid_target}
     *
     * <p>Source: RFC 8707 section 2
     *
     * <p>Change it when the server issues tokens for one API at a time.
     */
    static final DefaultedKey<List<String>> RESOURCE =
            key("grant.resource", LIST).emptyByDefault();

    /**
     * Further parameters of each request, {@code name=value,name=value}. With the grant {@code device_code}, the requests
     * that poll have them too. A value cannot contain a comma. Do not put secrets here.
     *
     * <p>When wrong: {@code must not name …} for the parameters that the sidecar sets itself
     *
     * <p>Source: RFC 6749 section 3.2: no parameter twice
     *
     * <p>Change it when the server has parameters of its own.
     */
    static final DefaultedKey<Map<String, String>> EXTRA_PARAMETERS =
            key("grant.extra-parameters", PAIRS).emptyByDefault();

    /**
     * The file with the assertion of the grant {@code jwt_bearer}, which another program signs and renews, read at each
     * request; at most 16 KiB.
     *
     * <p>Default: required with {@code jwt_bearer}, unless the sidecar signs the assertion
     * ({@code grant.assertion.key-file})
     *
     * <p>When wrong: {@code is missing}, {@code exclude each other}, {@code is not used with} another grant; at run time
     * {@code assertion_unreadable}, and {@code invalid_grant} under {@code configuration} when the server does not
     * accept it
     *
     * <p>Source: RFC 7523 section 2.1
     *
     * <p>Change it when the assertion is mounted elsewhere.
     */
    static final OptionalKey<Path> ASSERTION_FILE = key("grant.assertion-file", ValueFormats.SECRET_FILE);

    /**
     * The file with the token to exchange, read at each request; at most 16 KiB.
     *
     * <p>Default: required with {@code token_exchange}
     *
     * <p>When wrong: {@code is missing}, {@code is not used with} another grant; at run time
     * {@code subject_token_unreadable}, and {@code invalid_grant} or {@code invalid_request} under
     * {@code configuration} when the server does not accept it
     *
     * <p>Source: RFC 8693 section 2.1
     *
     * <p>Change it when the token is mounted elsewhere.
     */
    static final OptionalKey<Path> SUBJECT_TOKEN_FILE = key("grant.subject-token-file", ValueFormats.SECRET_FILE);

    /**
     * The type of the subject token.
     *
     * <p>Type: a URI
     *
     * <p>When wrong: the server answers {@code invalid_request}
     *
     * <p>Source: RFC 8693 section 3
     *
     * <p>Change it to {@code urn:ietf:params:oauth:token-type:access_token} when the server itself has issued the
     * token, as Keycloak's standard token exchange requires.
     */
    static final DefaultedKey<String> SUBJECT_TOKEN_TYPE =
            key("grant.subject-token-type", TEXT).defaultsTo("urn:ietf:params:oauth:token-type:jwt");

    /**
     * The type of the requested token.
     *
     * <p>Type: a URI
     *
     * <p>Default: then the server decides
     *
     * <p>When wrong: the server answers {@code invalid_request}; a response that is not a bearer token is an
     * {@code invalid_response}
     *
     * <p>Source: RFC 8693 section 3
     *
     * <p>Change it when the server issues several kinds, or a refresh token on demand (Keycloak:
     * {@code urn:ietf:params:oauth:token-type:refresh_token}).
     */
    static final OptionalKey<String> REQUESTED_TOKEN_TYPE = key("grant.requested-token-type", TEXT);

    /**
     * The user of the {@code password} grant.
     *
     * <p>Default: required with {@code password}
     *
     * <p>When wrong: {@code is missing}, {@code is not used with} another grant
     *
     * <p>Source: RFC 6749 section 4.3.2
     *
     * <p>Change it with the account.
     */
    static final OptionalKey<String> USERNAME = key("grant.username", TEXT);

    /**
     * The file with that user's password, read at each request. Line ends are not part of the password.
     *
     * <p>Default: required with {@code password}
     *
     * <p>When wrong: {@code is missing}, {@code is not used with} another grant; at run time
     * {@code password_unreadable}
     *
     * <p>Source: RFC 6749 section 4.3.2
     *
     * <p>Change it when the password is mounted elsewhere. A new password in the same file needs no restart.
     */
    static final OptionalKey<Path> PASSWORD_FILE = key("grant.password-file", ValueFormats.SECRET_FILE);

    /**
     * Where the token comes from that the grants {@code token_exchange} and {@code jwt_bearer} present. {@code file}: from
     * {@code grant.subject-token-file} or {@code grant.assertion-file}, and the sidecar serves one token to all callers.
     * {@code request}: from each caller, which sends it to {@code POST /tokens/<name>} and gets a token for that user.
     *
     * <p>When wrong: {@code is not used with} another grant
     *
     * <p>Source: RFC 8693 section 2.1, RFC 7523 section 2.1
     *
     * <p>Change it to {@code request} when the application calls another API on behalf of its users.
     */
    static final DefaultedKey<SubjectSource> SUBJECT =
            key("grant.subject", choice(SubjectSource.class)).defaultsTo("file");

    /**
     * What a caller may choose itself, besides the token of its user. Any of {@code scope}, {@code audience},
     * {@code resource}, {@code subject_token_type}, {@code requested_token_type} and {@code actor_token}. A caller may always
     * ask for a part of {@code grant.scope}. Any other field that it sends is an {@code invalid_request}.
     *
     * <p>When wrong: {@code names …, which callers cannot choose}
     *
     * <p>Source: RFC 8693 section 2.1
     *
     * <p>Change it when one token of the sidecar serves several APIs, and you trust the application to name them.
     */
    static final DefaultedKey<List<String>> CALLER_PARAMETERS =
            key("grant.caller-parameters", LIST).emptyByDefault();

    private GrantKeys() {}

    static GrantSettings read(KeyReader keys) {
        return new GrantSettings(
                keys.read(TYPE),
                keys.read(SCOPE),
                keys.read(AUDIENCE),
                keys.read(RESOURCE),
                keys.read(EXTRA_PARAMETERS),
                new GrantCredentials(
                        keys.read(ASSERTION_FILE),
                        keys.read(SUBJECT_TOKEN_FILE),
                        keys.read(SUBJECT_TOKEN_TYPE),
                        keys.read(REQUESTED_TOKEN_TYPE),
                        keys.read(USERNAME),
                        keys.read(PASSWORD_FILE)));
    }
}
