import sys

from confluent_kafka import Producer

producer = Producer({
    "bootstrap.servers": sys.argv[1],
    "security.protocol": "SASL_PLAINTEXT",
    "sasl.mechanism": "OAUTHBEARER",
    "sasl.oauthbearer.method": "oidc",
    "sasl.oauthbearer.token.endpoint.url": "http://localhost:8191/token",
    "sasl.oauthbearer.client.id": "any",
    "sasl.oauthbearer.client.secret": "any",
})


def report(error, message):
    print(error or "written", flush=True)


for line in sys.stdin:
    producer.produce("python", line, on_delivery=report)
    producer.flush(30)
