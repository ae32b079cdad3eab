package main

import (
	"strings"
	"testing"
)

func got(t *testing.T, body string, env map[string]string) string {
	t.Helper()
	var out strings.Builder
	err := answer(env, strings.NewReader(body), &out)
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestGreetsAndShowsPathAndQuery(t *testing.T) {
	got := got(t, "", map[string]string{"GREETING": "Good day", "PATH_INFO": "/shop", "QUERY_STRING": "a=1"})
	if !strings.HasSuffix(got, "\n\nGood day\npath: /shop\nquery: a=1\n") {
		t.Errorf("got %q", got)
	}
}

func TestAnswersInJson(t *testing.T) {
	got := got(t, "", map[string]string{"PATH_INFO": "/health", "SERVICE_NAME": "shop"})
	if want := "Content-Type: application/json\n\n{\"status\":\"ok\",\"service\":\"shop\"}\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSendsThePostedBodyBack(t *testing.T) {
	got := got(t, "a body", map[string]string{"REQUEST_METHOD": "POST", "CONTENT_TYPE": "text/x-test"})
	if want := "Content-Type: text/x-test\n\na body"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
