// A WAGI service: the CGI variables are the request, standard output is the response.
package main

import (
	"io"
	"os"
	"strconv"
)

func main() {
	answer := respond(os.Getenv)
	if _, err := io.WriteString(os.Stdout, answer); err != nil {
		os.Exit(1)
	}
}

// respond answers one request, whose parts are read by env.
func respond(env func(string) string) string {
	if env("PATH_INFO") == "/health" {
		return "Content-Type: application/json\n\n" +
			`{"status":"ok","service":` + strconv.Quote(env("SERVICE_NAME")) + "}\n"
	}
	return "Content-Type: text/plain; charset=utf-8\n\n" +
		env("GREETING") + "\npath: " + env("PATH_INFO") + "\nquery: " + env("QUERY_STRING") + "\n"
}
