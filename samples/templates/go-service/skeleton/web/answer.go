package web

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/cgi"
)

// Answer lets a handler, an http.ServeMux for one, answer the request that answer in main.go is given. Bodies stream.
func Answer(handler http.Handler, env map[string]string, in io.Reader, out io.Writer) error {
	variables := maps.Clone(env)
	variables["REQUEST_URI"] = env["SCRIPT_NAME"] + env["X_RAW_PATH_INFO"]
	if query := env["QUERY_STRING"]; query != "" {
		variables["REQUEST_URI"] += "?" + query
	}
	request, err := cgi.RequestFromMap(variables)
	if err != nil {
		return err
	}
	request.Body = io.NopCloser(in)
	response := &response{header: http.Header{}, out: out}
	handler.ServeHTTP(response, request)
	response.WriteHeader(http.StatusOK)
	return response.err
}

type response struct {
	header http.Header
	out    io.Writer
	sent   bool
	err    error
}

func (r *response) Header() http.Header {
	return r.header
}

func (r *response) WriteHeader(status int) {
	if r.sent || status < 200 {
		return
	}
	r.sent = true
	r.header.Set("Status", fmt.Sprintf("%d %s", status, http.StatusText(status)))
	if r.err = r.header.Write(r.out); r.err == nil {
		_, r.err = io.WriteString(r.out, "\r\n")
	}
}

func (r *response) Write(part []byte) (int, error) {
	if !r.sent && r.header.Get("Content-Type") == "" {
		r.header.Set("Content-Type", http.DetectContentType(part))
	}
	r.WriteHeader(http.StatusOK)
	if r.err != nil {
		return 0, r.err
	}
	written, err := r.out.Write(part)
	r.err = err
	return written, err
}
