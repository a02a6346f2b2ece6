"""Gets keys of AWS for each line of its input, by AssumeRoleWithWebIdentity."""

import os
import sys

import botocore.session

os.environ["AWS_ROLE_ARN"] = "arn:aws:iam::123456789012:role/orders"
os.environ["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/run/token/access-token"
os.environ["AWS_REGION"] = "eu-central-1"

# the file of this sidecar, and the server of this test
os.environ["AWS_WEB_IDENTITY_TOKEN_FILE"] = os.path.abspath("target/demo/access-token")
os.environ["AWS_ENDPOINT_URL_STS"] = "http://127.0.0.1:9193/aws"

credentials = botocore.session.get_session().get_credentials()

for line in sys.stdin:
    print(credentials.get_frozen_credentials().access_key, flush=True)
