package web

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestAHandlerAnswers(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /orders/{id}", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusCreated)
		io.WriteString(w, r.PathValue("id")+" "+r.URL.RawQuery+" "+r.Header.Get("X-User")+" "+string(body))
	})
	env := map[string]string{
		"REQUEST_METHOD": "PUT", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "shop.example", "X_RAW_PATH_INFO": "/orders/a%20b",
		"QUERY_STRING": "x=1", "HTTP_X_USER": "ada",
	}
	var out strings.Builder
	if err := Answer(mux, env, strings.NewReader("a body"), &out); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); !strings.HasPrefix(got, "Status: 201 Created\r\n") || !strings.HasSuffix(got, "\r\n\r\na b x=1 ada a body") {
		t.Errorf("got %q", got)
	}
}
