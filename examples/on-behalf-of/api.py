"""An API that checks the token of its caller, and calls another API on behalf of that user. Needs only Python 3.9 or newer."""

import http.client
import json
import os
import re
import sys
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode

SIDECAR = os.environ.get("SIDECAR", "http://localhost:8191")
ORDERS = os.environ.get("ORDERS", "http://localhost:8190/api")
PORT = int(os.environ.get("PORT", "8193"))


class Failure(Exception):
    """The request ends here, with this response."""

    def __init__(self, status, reason, **headers):
        super().__init__(reason)
        self.status, self.headers = status, headers


def invalid_token(reason):
    return Failure(401, reason, WWW_Authenticate='Bearer error="invalid_token"')


def unexpected(who, status, headers):
    # The sidecar sends Retry-After with each error that passes by itself.
    if "Retry-After" in headers:
        return Failure(503, f"{who} answered {status}", Retry_After=headers["Retry-After"])
    return Failure(502, f"{who} answered {status}")


def send(url, form=None, token=None):
    request = urllib.request.Request(url, form and urlencode(form).encode())
    if token:
        request.add_unredirected_header("Authorization", "Bearer " + token)
    try:
        try:
            response = urllib.request.urlopen(request, timeout=10)
        except urllib.error.HTTPError as error:
            response = error  # a response too, only with another status
        with response:
            return response.status, response.headers, response.read()
    except (OSError, http.client.HTTPException) as error:
        raise Failure(503, f"{url}: {error}")


def check(user_token):
    """Returns the claims of the token. What this user may do here is for the application to decide, by these claims."""
    status, headers, body = send(SIDECAR + "/introspect", {"token": user_token})
    if status != 200:
        raise unexpected("the introspection", status, headers)
    claims = json.loads(body)
    if claims["active"] is not True:
        raise invalid_token("the token of the user is not active")
    return claims


def exchange(user_token):
    """Called for each request, without a cache: the sidecar has one."""
    status, headers, body = send(
        SIDECAR + "/tokens/orders",
        {
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
            "subject_token": user_token,
            "subject_token_type": "urn:ietf:params:oauth:token-type:access_token",
        },
    )
    if status == 200:
        return json.loads(body)["access_token"]
    if status == 400:
        error = json.loads(body)["error"]
        # RFC 8693 section 2.2.2 says invalid_request, many servers say invalid_grant.
        if error in ("invalid_request", "invalid_grant"):
            raise invalid_token("the authorization server rejects the token of the user")
        raise Failure(403, f"no token for this user: {error}")
    raise unexpected("the exchange", status, headers)


def call_orders(user_token):
    token = exchange(user_token)
    status, headers, body = send(ORDERS, token=token)
    if status == 401:
        print("the API answered 401: report the token, and try once more", file=sys.stderr)
        challenge = {"www_authenticate": headers.get("WWW-Authenticate", "")}
        send(SIDECAR + "/tokens/orders/rejected", challenge, token)
        # Only once: if the API rejects the new token too, the token is not the problem.
        status, headers, body = send(ORDERS, token=exchange(user_token))
    if status == 403:
        raise Failure(403, "the API answered 403")
    if status != 200:
        raise unexpected("the API", status, headers)
    return json.loads(body)


def answer(authorization):
    bearer = re.fullmatch(r"Bearer +(\S+)", authorization or "", re.IGNORECASE)
    if not bearer:
        raise Failure(401, "no bearer token", WWW_Authenticate="Bearer")
    claims = check(bearer[1])
    return {"user": claims["sub"], "orders": call_orders(bearer[1])}


class Api(BaseHTTPRequestHandler):
    timeout = 10

    def do_GET(self):
        try:
            self.respond(200, {}, answer(self.headers["Authorization"]))
        except Exception as error:
            failure = error if isinstance(error, Failure) else Failure(500, repr(error))
            print(f"{failure.status}: {failure}", file=sys.stderr)
            self.respond(failure.status, failure.headers, None)

    def respond(self, status, headers, result):
        body = b"" if result is None else json.dumps(result, separators=(",", ":")).encode() + b"\n"
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Logs no request lines: a caller may put a token there."""


print(f"http://localhost:{PORT} is ready", flush=True)
ThreadingHTTPServer(("127.0.0.1", PORT), Api).serve_forever()
