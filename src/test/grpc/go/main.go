// Command echo is a client or a server of grpc-go: echo server, or echo client ADDRESS. The service has messages of bytes, so it needs
// no generated code. GrpcIT runs it.
package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

type raw struct{}

func (raw) Marshal(message any) ([]byte, error) { return *message.(*[]byte), nil }

func (raw) Unmarshal(data []byte, message any) error {
	*message.(*[]byte) = append([]byte(nil), data...)
	return nil
}

func (raw) Name() string { return "raw" }

// tokens rejects every call with the first token that it sees.
type tokens struct {
	mutex sync.Mutex
	first string
}

func (t *tokens) check(ctx context.Context) error {
	values := metadata.ValueFromIncomingContext(ctx, "authorization")
	if len(values) != 1 {
		return status.Errorf(codes.InvalidArgument, "%d tokens", len(values))
	}
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.first == "" {
		t.first = values[0]
	}
	if values[0] == t.first {
		return status.Error(codes.Unauthenticated, "the token has expired")
	}
	return nil
}

func unary(_ any, ctx context.Context, decode func(any) error, intercept grpc.UnaryServerInterceptor) (any, error) {
	message := new([]byte)
	if err := decode(message); err != nil {
		return nil, err
	}
	return intercept(ctx, message, nil, func(context.Context, any) (any, error) { return message, nil })
}

func echo(_ any, stream grpc.ServerStream) error {
	for {
		message := new([]byte)
		if err := stream.RecvMsg(message); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := stream.SendMsg(message); err != nil {
			return err
		}
	}
}

func serve() {
	check := &tokens{}
	server := grpc.NewServer(
		grpc.ForceServerCodec(raw{}),
		grpc.UnaryInterceptor(func(ctx context.Context, message any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
			if err := check.check(ctx); err != nil {
				return nil, err
			}
			return next(ctx, message)
		}),
		grpc.StreamInterceptor(func(service any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) error {
			if err := check.check(stream.Context()); err != nil {
				return err
			}
			return next(service, stream)
		}))
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: "test.Echo",
		HandlerType: (*any)(nil),
		Methods:     []grpc.MethodDesc{{MethodName: "Unary", Handler: unary}},
		Streams:     []grpc.StreamDesc{{StreamName: "Echo", Handler: echo, ServerStreams: true, ClientStreams: true}},
	}, nil)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	log.Fatal(server.Serve(listener))
}

// call makes a unary call for each line of the input, and sends all lines as one stream at the end.
func call(address string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	connection, err := grpc.NewClient(address,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(encoding.Codec(raw{}))))
	if err != nil {
		return err
	}
	var lines [][]byte
	for input := bufio.NewScanner(os.Stdin); input.Scan(); {
		line, response := []byte(input.Text()), new([]byte)
		if err := connection.Invoke(ctx, "/test.Echo/Unary", &line, response); err != nil {
			return err
		}
		fmt.Println("unary", string(*response))
		lines = append(lines, line)
	}
	stream, err := connection.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, "/test.Echo/Echo")
	if err != nil {
		return err
	}
	for _, line := range lines {
		response := new([]byte)
		if err := stream.SendMsg(&line); err != nil {
			return err
		}
		if err := stream.RecvMsg(response); err != nil {
			return err
		}
		fmt.Println("stream", string(*response))
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	if err := stream.RecvMsg(new([]byte)); err != io.EOF {
		return fmt.Errorf("no end: %w", err)
	}
	return nil
}

func main() {
	if os.Args[1] == "server" {
		serve()
	} else if err := call(os.Args[2]); err != nil {
		log.Fatal(err)
	}
}
