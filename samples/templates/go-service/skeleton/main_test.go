package main

import (
	"strings"
	"testing"
)

func answer(env map[string]string) string {
	return respond(func(name string) string { return env[name] })
}

func TestGreetsAndShowsPathAndQuery(t *testing.T) {
	got := answer(map[string]string{"GREETING": "Good day", "PATH_INFO": "/shop", "QUERY_STRING": "a=1"})
	if !strings.HasSuffix(got, "\n\nGood day\npath: /shop\nquery: a=1\n") {
		t.Errorf("got %q", got)
	}
}

func TestSaysThatItIsHealthy(t *testing.T) {
	got := answer(map[string]string{"PATH_INFO": "/health", "SERVICE_NAME": "shop"})
	if want := "Content-Type: application/json\n\n{\"status\":\"ok\",\"service\":\"shop\"}\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
