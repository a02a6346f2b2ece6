"""Calls an API three times by a stock OAuth client library, which takes the sidecar for its authorization server."""

import os
import sys

from oauthlib.oauth2 import BackendApplicationClient, TokenExpiredError
from requests.adapters import HTTPAdapter
from requests_oauthlib import OAuth2Session
from urllib3.util import Retry

TOKEN_ENDPOINT = os.environ.get("TOKEN_ENDPOINT", "http://localhost:8191/token")
API = "http://localhost:8190/api"

# The library rejects a token endpoint without TLS. This one is on loopback, so nothing leaves the pod.
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

# client_credentials, whatever grant the sidecar itself uses. The sidecar ignores the id and the secret.
session = OAuth2Session(client=BackendApplicationClient(client_id="any"))

# The sidecar sends Retry-After with these. The library does not wait, but the underlying HTTP library does, at most twice.
retries = Retry(total=2, status_forcelist=[429, 502, 503, 504], allowed_methods=None, raise_on_status=False)
session.mount(TOKEN_ENDPOINT, HTTPAdapter(max_retries=retries))


def fetch_token():
    session.fetch_token(TOKEN_ENDPOINT, client_id="any", client_secret="any", timeout=10)


def report_token():
    # Sets the header itself: the library does not send a token that has expired meanwhile.
    headers = {"Authorization": "Bearer " + session.access_token}
    response = session.post(TOKEN_ENDPOINT + "/rejected", headers=headers, withhold_token=True, timeout=10)
    if not response.ok:
        sys.exit("no token: " + response.json()["detail"])


def call_api():
    try:
        response = session.get(API, timeout=10)
    except TokenExpiredError:  # the library caches the token and checks its expiry
        fetch_token()
        response = session.get(API, timeout=10)
    print(f"{response.status_code} {response.text}".rstrip())
    return response.status_code


fetch_token()
for _ in range(3):
    status = call_api()
    if status == 401:
        # Only once: if the API rejects the new token too, expiry is not the problem.
        report_token()
        fetch_token()
        status = call_api()
    if status != 200:
        sys.exit(1)
