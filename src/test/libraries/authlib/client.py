import sys

from authlib.integrations.requests_client import OAuth2Session

session = OAuth2Session("any", "any", token_endpoint="http://localhost:8191/token", grant_type="client_credentials")
session.fetch_token()

for line in sys.stdin:
    response = session.get("http://localhost:8190/api", timeout=10)
    print(response.status_code, response.text, flush=True)
