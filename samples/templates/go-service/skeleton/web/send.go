//go:build wasip1

package web

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"

	"service/${{ values.name }}/web/host"
)

func init() {
	http.DefaultTransport = Transport{}
}

// Transport sends requests through the host.
type Transport struct{}

// RoundTrip sends a request and waits for the head of its answer.
func (Transport) RoundTrip(request *http.Request) (*http.Response, error) {
	var body io.Reader
	if request.Body != nil {
		defer request.Body.Close()
		if request.Body != http.NoBody {
			body = request.Body
		}
	}
	head, answer, err := host.Send(headOf(request), body)
	if err != nil {
		return nil, err
	}
	lines := textproto.NewReader(bufio.NewReader(io.MultiReader(bytes.NewReader(head), strings.NewReader("\n"))))
	fields, err := lines.ReadMIMEHeader()
	if err != nil {
		answer.Close()
		return nil, err
	}
	header := http.Header(fields)
	code, _ := strconv.Atoi(header.Get("Status"))
	header.Del("Status")
	length, err := strconv.ParseInt(header.Get("Content-Length"), 10, 64)
	if err != nil {
		length = -1
	}
	return &http.Response{
		Status:        fmt.Sprintf("%d %s", code, http.StatusText(code)),
		StatusCode:    code,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        header,
		ContentLength: length,
		Body:          answer,
		Request:       request,
	}, nil
}

func headOf(request *http.Request) []byte {
	var head bytes.Buffer
	target := *request.URL
	target.User = nil
	if request.Host != "" {
		target.Host = request.Host
	}
	fmt.Fprintf(&head, "%s %s\n", request.Method, target.String())
	for name, values := range request.Header {
		for _, value := range values {
			fmt.Fprintf(&head, "%s: %s\n", name, strings.ReplaceAll(value, "\n", " "))
		}
	}
	if request.ContentLength > 0 {
		fmt.Fprintf(&head, "Content-Length: %d\n", request.ContentLength)
	}
	return head.Bytes()
}
