"""Calls an API three times with the sidecar's token. Needs only Python 3.9 or newer."""

import hashlib
import json
import os
import sys
import time
import urllib.error
import urllib.request

TOKEN_ENDPOINT = os.environ.get("TOKEN_ENDPOINT", "http://localhost:8191/token")
API = "http://localhost:8190/api"


def get(url, **headers):
    try:
        response = urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10)
    except urllib.error.HTTPError as error:
        response = error  # a response too, only with another status
    with response:
        return response.status, response.headers, response.read().decode()


def get_token(rejected=None):
    """Called before each request, without a cache: the sidecar responds from memory and knows when the token expires."""
    url = TOKEN_ENDPOINT
    if rejected:
        url += "?rejected=" + hashlib.sha256(rejected.encode()).hexdigest()
    for tries_left in 2, 1, 0:
        status, headers, body = get(url, Accept="text/plain")
        if status == 200:
            return body
        # Without Retry-After, waiting does not help.
        if "Retry-After" not in headers or not tries_left:
            sys.exit("no token: " + json.loads(body)["detail"])
        time.sleep(int(headers["Retry-After"]))


def call_api(token):
    status, _, body = get(API, Authorization="Bearer " + token)
    print(f"{status} {body}".rstrip())
    return status


for _ in range(3):
    token = get_token()
    status = call_api(token)
    if status == 401:
        # Only once: if the API rejects the new token too, expiry is not the problem.
        status = call_api(get_token(rejected=token))
    if status != 200:
        sys.exit(1)
