package dev.tokensidecar.app;

import dev.tokensidecar.config.RefreshEndpointSettings;
import dev.tokensidecar.oauth2.RefreshEndpoint;
import dev.tokensidecar.oauth2.ResponseLocation;

/** Builds the description of an endpoint that does not speak OAuth. */
final class RefreshEndpoints {

    private RefreshEndpoints() {}

    static RefreshEndpoint endpoint(RefreshEndpointSettings settings) {
        return new RefreshEndpoint(
                settings.url(),
                request(settings.request()),
                response(settings.response()),
                settings.response().sessionOverStatuses());
    }

    private static RefreshEndpoint.Request request(RefreshEndpointSettings.Request request) {
        RefreshEndpoint.Method method = switch (request.method()) {
            case POST -> RefreshEndpoint.Method.POST;
            case PUT -> RefreshEndpoint.Method.PUT;
            case PATCH -> RefreshEndpoint.Method.PATCH;
            case GET -> RefreshEndpoint.Method.GET;
        };
        RefreshEndpoint.Body body = switch (request.body()) {
            case JSON -> RefreshEndpoint.Body.JSON;
            case FORM -> RefreshEndpoint.Body.FORM;
            case NONE -> RefreshEndpoint.Body.NONE;
        };
        return new RefreshEndpoint.Request(method, body, request.fields(), request.headers());
    }

    private static RefreshEndpoint.Response response(RefreshEndpointSettings.Response response) {
        return new RefreshEndpoint.Response(
                new ResponseLocation(response.accessToken()),
                new ResponseLocation(response.refreshToken()),
                new ResponseLocation(response.expiresIn()),
                response.expiresAt() == null ? null : new ResponseLocation(response.expiresAt()),
                new ResponseLocation(response.message()));
    }
}
