// An API that checks the token of its caller, and calls another API on behalf of that user. Needs only the standard library.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"
)

var (
	sidecar = setting("SIDECAR", "http://localhost:8191")
	orders  = setting("ORDERS", "http://localhost:8190/api")
	port    = setting("PORT", "8193")
	bearer  = regexp.MustCompile(`(?i)^Bearer +(\S+)$`)
	client  = http.Client{Timeout: 10 * time.Second}
)

// failure ends the request with this response.
type failure struct {
	status int
	reason string
	header string // optional
	value  string
}

func (f *failure) Error() string { return f.reason }

func invalidToken(reason string) error {
	return &failure{http.StatusUnauthorized, reason, "WWW-Authenticate", `Bearer error="invalid_token"`}
}

func unexpected(who string, response *http.Response) error {
	reason := fmt.Sprintf("%s answered %d", who, response.StatusCode)
	// The sidecar sends Retry-After with each error that passes by itself.
	if pause := response.Header.Get("Retry-After"); pause != "" {
		return &failure{http.StatusServiceUnavailable, reason, "Retry-After", pause}
	}
	return &failure{status: http.StatusBadGateway, reason: reason}
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("http://localhost:%s is ready\n", port)
	server := http.Server{Handler: http.HandlerFunc(respond), ReadTimeout: 10 * time.Second}
	log.Fatal(server.Serve(listener))
}

func respond(response http.ResponseWriter, request *http.Request) {
	response.Header().Set("Content-Type", "application/json")
	result, err := answer(request.Header.Get("Authorization"))
	if err != nil {
		failed := &failure{status: http.StatusInternalServerError}
		if errors.As(err, &failed) && failed.header != "" {
			response.Header().Set(failed.header, failed.value)
		}
		log.Printf("%d: %v", failed.status, err)
		response.WriteHeader(failed.status)
		return
	}
	_ = json.NewEncoder(response).Encode(result)
}

type result struct {
	User   string          `json:"user"`
	Orders json.RawMessage `json:"orders"`
}

func answer(authorization string) (*result, error) {
	match := bearer.FindStringSubmatch(authorization)
	if match == nil {
		return nil, &failure{http.StatusUnauthorized, "no bearer token", "WWW-Authenticate", "Bearer"}
	}
	user, err := check(match[1])
	if err != nil {
		return nil, err
	}
	body, err := callOrders(match[1])
	if err != nil {
		return nil, err
	}
	return &result{user, body}, nil
}

// check returns the user. What this user may do here is for the application to decide, by the other claims of the token.
func check(userToken string) (string, error) {
	response, body, err := post(sidecar+"/introspect", url.Values{"token": {userToken}}, "")
	if err != nil {
		return "", err
	}
	if response.StatusCode != http.StatusOK {
		return "", unexpected("the introspection", response)
	}
	var claims struct {
		Active bool   `json:"active"`
		Sub    string `json:"sub"`
	}
	if err := json.Unmarshal(body, &claims); err != nil {
		return "", err
	}
	if !claims.Active {
		return "", invalidToken("the token of the user is not active")
	}
	return claims.Sub, nil
}

// exchange is called for each request, without a cache: the sidecar has one.
func exchange(userToken string) (string, error) {
	response, body, err := post(sidecar+"/tokens/orders", url.Values{
		"grant_type":         {"urn:ietf:params:oauth:grant-type:token-exchange"},
		"subject_token":      {userToken},
		"subject_token_type": {"urn:ietf:params:oauth:token-type:access_token"},
	}, "")
	if err != nil {
		return "", err
	}
	if response.StatusCode != http.StatusOK && response.StatusCode != http.StatusBadRequest {
		return "", unexpected("the exchange", response)
	}
	var token struct {
		AccessToken string `json:"access_token"`
		Error       string `json:"error"`
	}
	if err := json.Unmarshal(body, &token); err != nil {
		return "", err
	}
	switch token.Error {
	case "":
		return token.AccessToken, nil
	// RFC 8693 section 2.2.2 says invalid_request, many servers say invalid_grant.
	case "invalid_request", "invalid_grant":
		return "", invalidToken("the authorization server rejects the token of the user")
	default:
		return "", &failure{status: http.StatusForbidden, reason: "no token for this user: " + token.Error}
	}
}

func callOrders(userToken string) ([]byte, error) {
	token, err := exchange(userToken)
	if err != nil {
		return nil, err
	}
	response, body, err := send(http.MethodGet, orders, nil, token)
	if err != nil {
		return nil, err
	}
	if response.StatusCode == http.StatusUnauthorized {
		log.Print("the API answered 401: report the token, and try once more")
		challenge := url.Values{"www_authenticate": {response.Header.Get("WWW-Authenticate")}}
		if _, _, err = post(sidecar+"/tokens/orders/rejected", challenge, token); err != nil {
			return nil, err
		}
		// Only once: if the API rejects the new token too, the token is not the problem.
		if token, err = exchange(userToken); err != nil {
			return nil, err
		}
		if response, body, err = send(http.MethodGet, orders, nil, token); err != nil {
			return nil, err
		}
	}
	switch response.StatusCode {
	case http.StatusOK:
		return body, nil
	case http.StatusForbidden:
		return nil, &failure{status: http.StatusForbidden, reason: "the API answered 403"}
	default:
		return nil, unexpected("the API", response)
	}
}

func post(url string, form url.Values, token string) (*http.Response, []byte, error) {
	return send(http.MethodPost, url, strings.NewReader(form.Encode()), token)
}

func send(method, url string, form io.Reader, token string) (*http.Response, []byte, error) {
	request, err := http.NewRequest(method, url, form)
	if err != nil {
		return nil, nil, err
	}
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := client.Do(request)
	if err == nil {
		defer response.Body.Close()
		var body []byte
		if body, err = io.ReadAll(response.Body); err == nil {
			return response, body, nil
		}
	}
	return nil, nil, &failure{status: http.StatusServiceUnavailable, reason: err.Error()}
}

func setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}
