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

    /**
     * The HTTP proxy for requests to authorization servers and to the APIs of forwarding mode. {@code none} means that the
     * sidecar uses no proxy, whatever the environment says.
     *
     * <p>For an https URL the proxy opens a tunnel (CONNECT) and sees encrypted bytes only. For an http URL it reads the
     * request with its credentials.
     *
     * <p>The proxy resolves the names of the servers. Requests to loopback and to the Kubernetes API never go through it.
     *
     * <p>Default: then {@code HTTPS_PROXY} for https URLs and {@code HTTP_PROXY} for http URLs, or the same in lower case,
     * which comes first. These variables may contain {@code user:password@}
     *
     * <p>When wrong: at run time {@code connect_failed} and, in forwarding mode, {@code target_unavailable}
     *
     * <p>Source: RFC 9110 sections 3.7 and 9.3.6; the variables are those of curl
     *
     * <p>Change it when the pod has another proxy, or none, for the other containers.
     */
    static final OptionalKey<ProxyChoice> URL = key("url", ValueFormats.PROXY);

    /**
     * The hosts that the sidecar reaches without the proxy: domains, which stand for their subdomains too, addresses,
     * networks such as {@code 10.0.0.0/8}, or {@code *} for all. A network matches addresses in URLs, not names whose
     * address is in it.
     *
     * <p>Default: then {@code NO_PROXY}, or the same in lower case, which comes first
     *
     * <p>When wrong: {@code names no host, domain or network}. The sidecar ignores such an entry in {@code NO_PROXY}
     *
     * <p>Source: own choice; curl reads {@code NO_PROXY} in the same way
     *
     * <p>Change it when an authorization server or API is inside the network.
     */
    static final OptionalKey<List<String>> NO_PROXY = key("no-proxy", LIST);

    /**
     * The file with user name and password for the proxy, {@code user:password} in one line. The sidecar reads it before
     * each connection. It takes the place of credentials in {@code HTTPS_PROXY} and {@code HTTP_PROXY}.
     *
     * <p>When wrong: {@code is not used with} {@code url=none}; at run time {@code proxy_credentials_unreadable}
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
        if (url == null) {
            return keys.isSet(URL)
                    ? new ProxySettings(null, null, noProxy, credentials)
                    : new ProxySettings(environment.http(), environment.https(), noProxy, credentials);
        }
        if (url.authority() == null && credentials != null) {
            keys.reject(CREDENTIALS_FILE, "is not used with {}" + URL + "=none: leave it out");
        }
        ProxyAddress proxy = url.authority() == null ? null : new ProxyAddress(url.authority(), null);
        return new ProxySettings(proxy, proxy, noProxy, credentials);
    }

    private static List<String> usable(List<String> exceptions, KeyReader keys) {
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
