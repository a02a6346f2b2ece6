package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log"
	"os"

	"golang.org/x/oauth2/clientcredentials"
)

func main() {
	config := clientcredentials.Config{ClientID: "any", ClientSecret: "any", TokenURL: "http://localhost:8191/token"}
	client := config.Client(context.Background())

	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		response, err := client.Get("http://localhost:8190/api")
		if err != nil {
			log.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(response.StatusCode, string(body))
	}
}
