//go:build wasip1

package main

import (
	"os"
	"strings"
	"unsafe"
)

// stdout is the response; what fmt.Println and the like print goes into the log.
var stdout = os.Stdout

func init() {
	os.Stdout = os.Stderr
}

// serve is what the component calls for each request; an instance may get several, one after the other.
//
//go:wasmexport serve
func serve() {
	if err := answer(environment(), os.Stdin, stdout); err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
	}
}

//go:wasmimport cgi environ_sizes_get
func environSizesGet(count, size unsafe.Pointer) uint32

//go:wasmimport cgi environ_get
func environGet(pointers, text unsafe.Pointer) uint32

// environment reads the variables of this request; os.Environ has those of the instance's first one.
func environment() map[string]string {
	var count, size uint32
	if errno := environSizesGet(unsafe.Pointer(&count), unsafe.Pointer(&size)); errno != 0 || count == 0 {
		return map[string]string{}
	}
	pointers := make([]uint32, count)
	text := make([]byte, size)
	if environGet(unsafe.Pointer(&pointers[0]), unsafe.Pointer(&text[0])) != 0 {
		return map[string]string{}
	}
	variables := make(map[string]string, count)
	for variable := range strings.SplitSeq(string(text), "\x00") {
		if name, value, found := strings.Cut(variable, "="); found {
			variables[name] = value
		}
	}
	return variables
}
