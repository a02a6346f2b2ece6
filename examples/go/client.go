// Calls an API three times with the sidecar's token. Needs only the standard library.
package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

const api = "http://localhost:8190/api"

var client = http.Client{Timeout: 10 * time.Second}

func main() {
	for call := 0; call < 3; call++ {
		token := getToken("")
		status := callAPI(token)
		if status == http.StatusUnauthorized {
			// Only once: if the API rejects the new token too, expiry is not the problem.
			status = callAPI(getToken(token))
		}
		if status != http.StatusOK {
			os.Exit(1)
		}
	}
}

// getToken is called before each request, without a cache: the sidecar responds from memory and knows when the token expires.
func getToken(rejected string) string {
	url := os.Getenv("TOKEN_ENDPOINT")
	if url == "" {
		url = "http://localhost:8191/token"
	}
	if rejected != "" {
		url += fmt.Sprintf("?rejected=%x", sha256.Sum256([]byte(rejected)))
	}
	for triesLeft := 2; ; triesLeft-- {
		response, body := get(url, "Accept", "text/plain")
		if response.StatusCode == http.StatusOK {
			return string(body)
		}
		pause, err := strconv.Atoi(response.Header.Get("Retry-After"))
		// Without Retry-After, waiting does not help.
		if err != nil || triesLeft == 0 {
			var problem struct{ Detail string }
			_ = json.Unmarshal(body, &problem)
			log.Fatal("no token: ", problem.Detail)
		}
		time.Sleep(time.Duration(pause) * time.Second)
	}
}

func callAPI(token string) int {
	response, body := get(api, "Authorization", "Bearer "+token)
	fmt.Println(strings.TrimSpace(fmt.Sprintf("%d %s", response.StatusCode, body)))
	return response.StatusCode
}

func get(url, header, value string) (*http.Response, []byte) {
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set(header, value)
	response, err := client.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		log.Fatal(err)
	}
	return response, body
}
