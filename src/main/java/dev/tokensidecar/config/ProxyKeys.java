package dev.tokensidecar.config;

import static dev.tokensidecar.config.Key.key;
import static dev.tokensidecar.config.ValueType.LIST;

import dev.tokensidecar.config.SidecarSettings.ProxyAddress;
import dev.tokensidecar.config.SidecarSettings.ProxySettings;
import dev.tokensidecar.egress.NoProxy;
import java.nio.file.Path;
import java.util.List;

/** Declares and reads the group {@code sidecar.proxy}. */
final class ProxyKeys {

    static final String PREFIX = "sidecar.proxy.";

    private static final String NO_HOST = "none";

    /**
     * The HTTP proxy for requests to authorization servers and to the APIs of forwarding mode. {@code none} means that the
     * sidecar uses no proxy, whatever the environment says.
     *
     * <p>For an https URL the proxy opens a tunnel (CONNECT) and sees encrypted bytes only. For an http URL it reads the
     * request with its credentials.
     *
     * <p>The proxy resolves the names of the servers. Requests to loopback never go through it, nor do those of the store in
     * Kubernetes. A proxy for https URLs has to answer CONNECT with 200 at once, in a head of at most 8 KiB.
     *
     * <p>Default: then {@code HTTPS_PROXY} for https URLs and {@code HTTP_PROXY} for http URLs, {@code ALL_PROXY} for those
     * without one of their own, or the same in lower case, which comes first. These variables may contain
     * {@code user:password@}
     *
     * <p>When wrong: at run time {@code connect_failed} and, in forwarding mode, {@code target_unavailable}
     *
     * <p>Source: RFC 9110 sections 3.7 and 9.3.6; many programs share the variables. The sidecar is no CGI program, so
     * {@code HTTP_PROXY} in upper case is safe
     *
     * <p>Change it when the pod has another proxy, or none, for the other containers.
     */
    static final OptionalKey<ProxyChoice> URL = key("url", ValueFormats.PROXY);

    /**
     * The hosts that the sidecar reaches without the proxy: domains, which stand for their subdomains too, addresses,
     * networks such as {@code 10.0.0.0/8}, or {@code *} for all. A domain or an address may have a port, and then stands for
     * that port alone. A network matches addresses in URLs, not names whose address is in it. {@code none} means no host,
     * whatever {@code NO_PROXY} says.
     *
     * <p>Default: then {@code NO_PROXY}, or the same in lower case, which comes first
     *
     * <p>When wrong: {@code names no host, domain or network}. The sidecar ignores such an entry in {@code NO_PROXY}
     *
     * <p>Source: own choice: what curl, Go and Python have in common, and networks and ports as in Go
     *
     * <p>Change it when an authorization server or API is inside the network.
     */
    static final OptionalKey<List<String>> NO_PROXY = key("no-proxy", LIST);

    /**
     * The file with user name and password for the proxy, {@code user:password} in one line. The sidecar reads it before
     * each connection. It takes the place of credentials in {@code HTTPS_PROXY} and {@code HTTP_PROXY}.
     *
     * <p>When wrong: {@code is not used without a proxy}; at run time {@code proxy_credentials_unreadable}
     *
     * <p>Source: RFC 7617
     *
     * <p>Change it when the proxy wants credentials: environment variables are visible to more people than a Secret.
     */
    static final OptionalKey<Path> CREDENTIALS_FILE = key("credentials-file", ValueFormats.SECRET_FILE);

    private ProxyKeys() {}

    static ProxySettings read(KeyReader keys, ProxyEnvironment environment) {
        ProxyChoice url = keys.read(URL);
        List<String> exceptions = keys.read(NO_PROXY);
        Path credentials = keys.read(CREDENTIALS_FILE);
        List<String> noProxy = exceptions == null ? environment.noProxy() : usable(exceptions, keys);
        if (url == null && keys.isSet(URL)) {
            return new ProxySettings(null, null, noProxy, credentials);
        }
        ProxyAddress forAll = url == null || url.authority() == null ? null : new ProxyAddress(url.authority(), null);
        ProxyAddress http = url == null ? environment.http() : forAll;
        ProxyAddress https = url == null ? environment.https() : forAll;
        if (http == null && https == null && credentials != null) {
            keys.reject(
                    CREDENTIALS_FILE, "is not used without a proxy: leave it out, or write its address into {}" + URL);
        }
        return new ProxySettings(http, https, noProxy, credentials);
    }

    private static List<String> usable(List<String> exceptions, KeyReader keys) {
        if (exceptions.equals(List.of(NO_HOST))) {
            return List.of();
        }
        for (int i = 0; i < exceptions.size(); i++) {
            if (!NoProxy.isUsable(exceptions.get(i))) {
                keys.reject(
                        NO_PROXY,
                        "cannot be used, part " + (i + 1) + " names no host, domain or network: write"
                                + " example.com,10.0.0.0/8");
            }
        }
        return exceptions;
    }
}
