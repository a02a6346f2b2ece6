// Calls an API three times with the token that the sidecar keeps. Needs nothing but the standard library.
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
			// Once: if the API does not take the new token either, it is not a matter of expiry.
			status = callAPI(getToken(token))
		}
		if status != http.StatusOK {
			os.Exit(1)
		}
	}
}

// getToken is asked before each call, its answer kept nowhere: the sidecar has it in memory, and knows when it ends.
func getToken(rejected string) string {
	url := os.Getenv("TOKEN_ENDPOINT")
	if url == "" {
		url = "http://localhost:8191/token"
	}
	if rejected != "" {
		url += fmt.Sprintf("?rejected=%x", sha256.Sum256([]byte(rejected)))
	}
	for triesLeft := 2; ; triesLeft-- {
		answer, body := get(url, "Accept", "text/plain")
		if answer.StatusCode == http.StatusOK {
			return string(body)
		}
		pause, err := strconv.Atoi(answer.Header.Get("Retry-After"))
		// an error without Retry-After is one that waiting does not mend
		if err != nil || triesLeft == 0 {
			var problem struct{ Detail string }
			_ = json.Unmarshal(body, &problem)
			log.Fatal("no token: ", problem.Detail)
		}
		time.Sleep(time.Duration(pause) * time.Second)
	}
}

func callAPI(token string) int {
	answer, body := get(api, "Authorization", "Bearer "+token)
	fmt.Println(strings.TrimSpace(fmt.Sprintf("%d %s", answer.StatusCode, body)))
	return answer.StatusCode
}

func get(url, header, value string) (*http.Response, []byte) {
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set(header, value)
	answer, err := client.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		log.Fatal(err)
	}
	return answer, body
}
