package dev.tokensidecar.testing.server;

import dev.tokensidecar.testing.server.Gateway.Kind;
import java.nio.file.Path;

/** What {@code docs/gateways.md} adds to the configuration of a gateway, so that it calls the API over TLS. */
final class GatewayTls {

    private final Kind kind;
    private final int port;
    private final String api;
    private final Path authority;

    /** @param api the port of the API on this host */
    GatewayTls(Kind kind, int api, Path authority) {
        this.kind = kind;
        this.port = api;
        this.api = "localhost:" + api;
        this.authority = authority;
    }

    /** Returns the configuration with TLS. Files that do not name the API stay as they are. */
    String added(String configuration) {
        return switch (kind) {
            case NGINX -> configuration.replace("proxy_pass http://api.example.com;", """
                        proxy_pass https://%s;
                        proxy_ssl_server_name on;
                        proxy_ssl_verify on;
                        proxy_ssl_trusted_certificate %s;""".formatted(api, authority));
            case CADDY -> configuration.replace("reverse_proxy api.example.com:80", """
                        reverse_proxy https://%s {
                        header_up Host {upstream_hostport}
                        transport http {
                        tls_trusted_ca_certs %s
                        }
                        }""".formatted(api, authority));
            case HAPROXY ->
                configuration.replace(
                        "server api api.example.com:80",
                        "server api %s ssl verify required ca-file %s sni str(api.example.com) verifyhost api.example.com"
                                .formatted(api, authority));
            case TRAEFIK ->
                configuration.replace("          - url: http://api.example.com\n", """
                                  - url: https://%s
                                serversTransport: private
                          serversTransports:
                            private:
                              rootCAs: [%s]
                        """.formatted(api, authority));
            case ENVOY_EXT_AUTHZ, ENVOY_CREDENTIAL_INJECTOR ->
                configuration
                        .replace("api.example.com, port_value: 80", "127.0.0.1, port_value: " + port)
                        .replace("      type: STRICT_DNS\n", """
                              type: STRICT_DNS
                              transport_socket:
                                name: envoy.transport_sockets.tls
                                typed_config:
                                  "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
                                  sni: api.example.com
                                  common_tls_context:
                                    validation_context:
                                      trusted_ca: { filename: %s }
                                      match_typed_subject_alt_names:
                                        - { san_type: DNS, matcher: { exact: api.example.com } }
                        """.formatted(authority));
        };
    }
}
