"""Calls an API three times by a stock OAuth client library, which takes the sidecar for its authorization server."""

import os
import sys

from oauthlib.oauth2 import BackendApplicationClient, TokenExpiredError
from requests.adapters import HTTPAdapter
from requests_oauthlib import OAuth2Session
from urllib3.util import Retry

TOKEN_ENDPOINT = os.environ.get("TOKEN_ENDPOINT", "http://localhost:8191/token")
API = "http://localhost:8190/api"

# The library refuses a token endpoint without TLS. This one is on loopback: what is sent there never gets out of the pod.
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

# client_credentials, whatever grant the sidecar uses itself; it looks neither at the id nor at the secret
session = OAuth2Session(client=BackendApplicationClient(client_id="any"))

# The sidecar sends Retry-After with these. The library would not wait; the HTTP library below it does, twice at the most.
patience = Retry(total=2, status_forcelist=[429, 502, 503, 504], allowed_methods=None, raise_on_status=False)
session.mount(TOKEN_ENDPOINT, HTTPAdapter(max_retries=patience))


def fetch_token():
    session.fetch_token(TOKEN_ENDPOINT, client_id="any", client_secret="any", timeout=10)


def report_token():
    # said by hand: the library would not send a token whose time is over meanwhile
    headers = {"Authorization": "Bearer " + session.access_token}
    answer = session.post(TOKEN_ENDPOINT + "/rejected", headers=headers, withhold_token=True, timeout=10)
    if not answer.ok:
        sys.exit("no token: " + answer.json()["detail"])


def call_api():
    try:
        answer = session.get(API, timeout=10)
    except TokenExpiredError:  # the library keeps the token, and has looked at the clock
        fetch_token()
        answer = session.get(API, timeout=10)
    print(f"{answer.status_code} {answer.text}".rstrip())
    return answer.status_code


fetch_token()
for _ in range(3):
    status = call_api()
    if status == 401:
        # Once: if the API does not take the new token either, it is not a matter of expiry.
        report_token()
        fetch_token()
        status = call_api()
    if status != 200:
        sys.exit(1)
