// An HTTP service: the variables of CGI and standard input are the request, standard output is the response.
package main

import (
	"encoding/json"
	"io"
	"os"
	"strings"
)

// main serves one request where the service runs as a program of its own; the component calls serve instead.
func main() {
	env := map[string]string{}
	for _, variable := range os.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		env[name] = value
	}
	if err := answer(env, os.Stdin, os.Stdout); err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
		os.Exit(1)
	}
}

type health struct {
	Status  string `json:"status"`
	Service string `json:"service"`
}

type greeting struct {
	Greeting string `json:"greeting"`
	Path     string `json:"path"`
	Query    string `json:"query"`
}

// answer answers one request: its variables, those of CGI and those of spin.toml, and its body.
func answer(env map[string]string, in io.Reader, out io.Writer) error {
	if env["REQUEST_METHOD"] == "POST" {
		return echo(env["CONTENT_TYPE"], in, out)
	}
	var body string
	kind := "application/json"
	switch env["PATH_INFO"] {
	case "/health":
		body = text(health{"ok", env["SERVICE_NAME"]})
	case "/api":
		body = text(greeting{env["GREETING"], env["PATH_INFO"], env["QUERY_STRING"]})
	default:
		kind = "text/plain; charset=utf-8"
		body = env["GREETING"] + "\npath: " + env["PATH_INFO"] + "\nquery: " + env["QUERY_STRING"] + "\n"
	}
	_, err := io.WriteString(out, "Content-Type: "+kind+"\n\n"+body)
	return err
}

// echo sends the posted body back while it arrives; it is never whole in memory here.
func echo(kind string, in io.Reader, out io.Writer) error {
	if kind == "" {
		kind = "application/octet-stream"
	}
	if _, err := io.WriteString(out, "Content-Type: "+kind+"\n\n"); err != nil {
		return err
	}
	_, err := io.CopyBuffer(out, in, make([]byte, 64*1024))
	return err
}

func text(value any) string {
	encoded, err := json.Marshal(value)
	if err != nil {
		return "null\n"
	}
	return string(encoded) + "\n"
}
