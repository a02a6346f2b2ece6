"""Gets a token of Google for each line of its input, with both kinds of credential source, and calls an API."""

import json
import pathlib
import sys

import requests
from google.auth.identity_pool import Credentials
from google.auth.transport.requests import Request

sources = pathlib.Path(__file__).parent


def credentials(name):
    info = json.loads((sources / name).read_text())
    info["token_url"] = "http://127.0.0.1:9193/google"
    if "file" in info["credential_source"]:
        info["credential_source"]["file"] = "target/demo/access-token"
    return Credentials.from_info(info, scopes=["any"])


all_credentials = [credentials("url.json"), credentials("file.json")]

for line in sys.stdin:
    for one in all_credentials:
        one.refresh(Request())
        headers = {"Authorization": "Bearer " + one.token}
        requests.get("http://localhost:8190/api", headers=headers, timeout=10).raise_for_status()
    print("accepted", flush=True)
