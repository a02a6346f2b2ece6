"""Servers that want the token of the sidecar, each by the protocol of its clients: stand_in.py DIRECTORY

Every token is checked with the API of the demo server. Plain HTTP is at port 9193, TLS with the certificate
DIRECTORY/server.pem at port 9194. DIRECTORY/repository.git is what Git may clone.
"""

import base64
import datetime
import json
import os
import ssl
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DIRECTORY = sys.argv[1]


def valid(token):
    request = urllib.request.Request("http://127.0.0.1:8190/api", headers={"Authorization": "Bearer " + token})
    try:
        with urllib.request.urlopen(request, timeout=10):
            return True
    except urllib.error.HTTPError:
        return False


class Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format, *arguments):
        print(self.command, self.path, arguments[1], flush=True)

    def answer(self, status, content_type, text, **headers):
        body = text if isinstance(text, bytes) else text.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def body(self):
        if self.headers.get("Transfer-Encoding") == "chunked":
            chunks = b""
            while size := int(self.rfile.readline(), 16):
                chunks += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return chunks
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def authorized(self, scheme):
        """Whether the request has a valid token, in Bearer or as the password of Basic; else responds with 401."""
        kind, _, value = self.headers.get("Authorization", "").partition(" ")
        if kind.lower() == scheme.lower():
            token = value if scheme == "Bearer" else base64.b64decode(value).decode().partition(":")[2]
            if valid(token):
                return True
        self.answer(401, "text/plain", "no valid token\n", WWW_Authenticate=f'{scheme} realm="stand-in"')
        return False

    def do_GET(self):
        path = urllib.parse.urlparse(self.path).path
        if path == "/metrics" and self.authorized("Bearer"):
            self.answer(200, "text/plain; version=0.0.4", "stand_in_answers 1\n")
        elif path.startswith("/v2/") and self.authorized("Basic"):
            self.answer(200, "application/json", '{"name":"app","tags":["accepted"]}')
        elif path.startswith("/repository.git/") and self.authorized("Basic"):
            self.git(b"")
        elif path.startswith("/api/") and self.authorized("Bearer"):
            self.answer(200, "application/json", '{"kind":"Namespace","apiVersion":"v1","metadata":{"name":"default"}}')

    def do_POST(self):
        body = self.body()
        path = urllib.parse.urlparse(self.path).path
        if path.startswith("/repository.git/") and self.authorized("Basic"):
            self.git(body)
        elif path == "/aws":
            self.aws(dict(urllib.parse.parse_qsl(body.decode())))
        elif path == "/google":
            self.google(dict(urllib.parse.parse_qsl(body.decode())))
        elif path in ("/v1/traces", "/v1/metrics", "/write") and self.authorized("Bearer"):
            self.answer(200, "application/json", "{}")

    def git(self, body):
        """Git's own server, by CGI."""
        target = urllib.parse.urlparse(self.path)
        result = subprocess.run(
            ["git", "http-backend"],
            input=body,
            stdout=subprocess.PIPE,
            check=True,
            env={
                **os.environ,
                "GIT_PROJECT_ROOT": DIRECTORY,
                "GIT_HTTP_EXPORT_ALL": "1",
                "REQUEST_METHOD": self.command,
                "PATH_INFO": target.path,
                "QUERY_STRING": target.query,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            },
        ).stdout
        head, _, content = result.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        status = int(fields.pop("Status", "200 OK").split()[0])
        self.answer(status, fields.pop("Content-Type"), content, **fields)

    def aws(self, form):
        """AssumeRoleWithWebIdentity of AWS STS. The keys expire at once, so each use needs a new request."""
        if form["Action"] != "AssumeRoleWithWebIdentity" or not valid(form["WebIdentityToken"]):
            self.answer(
                400,
                "text/xml",
                "<ErrorResponse><Error><Code>InvalidIdentityToken</Code><Message>not valid</Message></Error></ErrorResponse>",
            )
            return
        expiration = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=1)
        self.answer(
            200,
            "text/xml",
            "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>"
            "<AccessKeyId>accepted</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>session</SessionToken>"
            f"<Expiration>{expiration:%Y-%m-%dT%H:%M:%SZ}</Expiration>"
            "</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>",
        )

    def google(self, form):
        """The token exchange (RFC 8693) of Google STS. It issues the token that it was shown."""
        if not valid(form["subject_token"]):
            self.answer(400, "application/json", '{"error":"invalid_grant","error_description":"not valid"}')
            return
        response = {
            "access_token": form["subject_token"],
            "issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
            "token_type": "Bearer",
            "expires_in": 1,
        }
        self.answer(200, "application/json", json.dumps(response))


plain = ThreadingHTTPServer(("127.0.0.1", 9193), Server)
encrypted = ThreadingHTTPServer(("127.0.0.1", 9194), Server)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(os.path.join(DIRECTORY, "server.pem"))
encrypted.socket = context.wrap_socket(encrypted.socket, server_side=True)
threading.Thread(target=encrypted.serve_forever, daemon=True).start()
plain.serve_forever()
