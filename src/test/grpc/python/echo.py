"""A client or a server of grpcio: echo.py server, or echo.py client ADDRESS. GrpcIT runs it."""

import sys
from concurrent.futures import ThreadPoolExecutor

import grpc


class Tokens(grpc.ServerInterceptor):
    """Rejects every call with the first token that it sees."""

    def __init__(self):
        self.first = None

    def intercept_service(self, continuation, details):
        token = dict(details.invocation_metadata)["authorization"]
        self.first = self.first or token
        return continuation(details) if token != self.first else REJECTIONS[details.method]


def reject(_, context):
    context.abort(grpc.StatusCode.UNAUTHENTICATED, "the token has expired")


REJECTIONS = {
    "/test.Echo/Unary": grpc.unary_unary_rpc_method_handler(reject),
    "/test.Echo/Echo": grpc.stream_stream_rpc_method_handler(reject),
}


def serve():
    server = grpc.server(ThreadPoolExecutor(4), interceptors=[Tokens()])
    methods = {
        "Unary": grpc.unary_unary_rpc_method_handler(lambda message, _: message),
        "Echo": grpc.stream_stream_rpc_method_handler(lambda messages, _: messages),
    }
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("test.Echo", methods)])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    server.wait_for_termination()


def call(address):
    """Makes a unary call for each line of the input, and sends all lines as one stream at the end."""
    with grpc.insecure_channel(address) as channel:
        unary = channel.unary_unary("/test.Echo/Unary")
        lines = [line.strip().encode() for line in sys.stdin]
        for line in lines:
            print("unary", unary(line, timeout=60).decode(), flush=True)
        echo = channel.stream_stream("/test.Echo/Echo")
        for response in echo(iter(lines), timeout=60):
            print("stream", response.decode(), flush=True)


if sys.argv[1] == "server":
    serve()
else:
    call(sys.argv[2])
