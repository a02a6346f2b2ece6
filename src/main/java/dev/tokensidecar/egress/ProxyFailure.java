package dev.tokensidecar.egress;

import io.netty.handler.proxy.ProxyConnectException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Explains why a proxy opened no tunnel. Quotes nothing but the status. */
public final class ProxyFailure {

    /** The only place where Netty keeps the status is the text of its exception. */
    private static final Pattern STATUS = Pattern.compile("status: (\\d{3})\\b");

    /** The status of a proxy that wants credentials, or other ones (RFC 9110 section 15.5.8). */
    public static final int AUTHENTICATION_REQUIRED = 407;

    private static final int REDIRECT = 300;
    private static final int LAST_STATUS = 599;

    /** The reason for that status. */
    public static final String CREDENTIALS_REJECTED =
            "the proxy rejected the credentials (407): see sidecar.proxy.credentials-file";

    private ProxyFailure() {}

    /** Returns the reason for a proxy whose name has no address. */
    public static String unknownHost(ProxyServer proxy) {
        return "the name of the proxy " + proxy.authority().host()
                + " cannot be resolved: check sidecar.proxy.url or HTTPS_PROXY, and DNS";
    }

    /** Returns empty if the failure is not that of a proxy. */
    public static Optional<String> reason(Throwable failure) {
        if (!(failure instanceof ProxyConnectException)) {
            return Optional.empty();
        }
        Matcher status = STATUS.matcher(String.valueOf(failure.getMessage()));
        return Optional.of(status.find() ? refused(Integer.parseInt(status.group(1))) : "the proxy opened no tunnel");
    }

    private static String refused(int status) {
        if (status == AUTHENTICATION_REQUIRED) {
            return CREDENTIALS_REJECTED;
        }
        // Netty says 999 for what is no HTTP
        return status < REDIRECT || status > LAST_STATUS
                ? "the proxy did not answer CONNECT with 200, as an HTTP proxy does"
                : "the proxy refused the connection (" + status + ")";
    }
}
