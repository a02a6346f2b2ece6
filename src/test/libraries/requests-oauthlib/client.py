import os
import sys

from oauthlib.oauth2 import BackendApplicationClient, TokenExpiredError
from requests_oauthlib import OAuth2Session

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
session = OAuth2Session(client=BackendApplicationClient(client_id="any"))
session.fetch_token("http://localhost:8191/token", client_secret="any")


def call(url):
    try:
        return session.get(url, timeout=10)
    except TokenExpiredError:
        session.fetch_token("http://localhost:8191/token", client_secret="any")
        return session.get(url, timeout=10)


for line in sys.stdin:
    response = call("http://localhost:8190/api")
    print(response.status_code, response.text, flush=True)
