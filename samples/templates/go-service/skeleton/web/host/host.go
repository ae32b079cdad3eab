//go:build wasip1

// Package host sends requests through the host, one at a time.
package host

import (
	"errors"
	"fmt"
	"io"
	"unsafe"
)

const room = 64 * 1024

//go:wasmimport cgi request_begin
func requestBegin(head unsafe.Pointer, length, hasBody uint32, to unsafe.Pointer) uint32

//go:wasmimport cgi request_write
func requestWrite(number uint32, from unsafe.Pointer, length uint32) uint32

//go:wasmimport cgi request_end
func requestEnd(number uint32, to unsafe.Pointer, room uint32, used unsafe.Pointer) uint32

//go:wasmimport cgi response_read
func responseRead(number uint32, to unsafe.Pointer, room uint32, used unsafe.Pointer) uint32

//go:wasmimport cgi response_close
func responseClose(number uint32) uint32

// Send sends a request and waits for the head of its answer. A head is lines: METHOD URL or Status: CODE, then the headers.
// The body is nil where there is none; it, and that of the answer, streams.
func Send(head []byte, body io.Reader) ([]byte, io.ReadCloser, error) {
	var hasBody, number uint32
	if body != nil {
		hasBody = 1
	}
	if errno := requestBegin(unsafe.Pointer(&head[0]), uint32(len(head)), hasBody, unsafe.Pointer(&number)); errno != 0 {
		return nil, nil, fmt.Errorf("request: errno %d", errno)
	}
	answer := reader(number)
	if body != nil {
		if _, err := io.CopyBuffer(writer(number), body, make([]byte, room)); err != nil && err != errNotRead {
			answer.Close()
			return nil, nil, err
		}
	}
	words := make([]byte, room)
	var used uint32
	if errno := requestEnd(number, unsafe.Pointer(&words[0]), room, unsafe.Pointer(&used)); errno != 0 {
		answer.Close()
		return nil, nil, errors.New(string(words[:used]))
	}
	return words[:used], answer, nil
}

var errNotRead = errors.New("the server does not read the body")

// writer sends the body of a request. A server may answer without reading all of it.
type writer uint32

func (number writer) Write(part []byte) (int, error) {
	if len(part) > 0 && requestWrite(uint32(number), unsafe.Pointer(&part[0]), uint32(len(part))) != 0 {
		return 0, errNotRead
	}
	return len(part), nil
}

type reader uint32

func (number reader) Read(part []byte) (int, error) {
	if len(part) == 0 {
		return 0, nil
	}
	var used uint32
	if errno := responseRead(uint32(number), unsafe.Pointer(&part[0]), uint32(len(part)), unsafe.Pointer(&used)); errno != 0 {
		return 0, io.ErrUnexpectedEOF
	}
	if used == 0 {
		return 0, io.EOF
	}
	return int(used), nil
}

func (number reader) Close() error {
	responseClose(uint32(number))
	return nil
}
