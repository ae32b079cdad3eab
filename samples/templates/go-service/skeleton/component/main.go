// Makes a component of wasi:http: the module that Go's compiler made takes the place of the empty one in the adapter.
package main

import (
	"bytes"
	_ "embed"
	"encoding/binary"
	"os"
)

//go:embed http_initialize.wasm
var adapter []byte

func main() {
	if len(os.Args) != 3 {
		fail("usage: go run ./component MODULE COMPONENT")
	}
	module, err := os.ReadFile(os.Args[1])
	if err != nil {
		fail(err.Error())
	}
	before, after, found := bytes.Cut(adapter, []byte("\x01\x08\x00asm\x01\x00\x00\x00"))
	if !found {
		fail("http_initialize.wasm has no place for a module")
	}
	renameSecondImports(module)
	section := binary.AppendUvarint([]byte{1}, uint64(len(module)))
	component := bytes.Join([][]byte{before, section, module, after}, nil)
	if err := os.WriteFile(os.Args[2], component, 0o644); err != nil {
		fail(err.Error())
	}
}

// renameSecondImports lets a function that is imported twice come from wasi_snapshot_preview2 the second time, which is the
// adapter, too: Go imports fd_write twice, and no module of a component may.
func renameSecondImports(module []byte) {
	for at := 8; at < len(module); {
		size, length := binary.Uvarint(module[at+1:])
		section, begin := module[at], at+1+length
		at = begin + int(size)
		if section == 2 {
			renameSecond(module[begin:at], []byte("\x16wasi_snapshot_preview1"))
		}
	}
}

func renameSecond(imports, from []byte) {
	seen := map[string]bool{}
	for at := 0; ; {
		next := bytes.Index(imports[at:], from)
		if next < 0 {
			return
		}
		end := at + next + len(from) // where the function's name is, after its length
		at = end + 1 + int(imports[end])
		if name := string(imports[end:at]); seen[name] {
			imports[end-1] = '2'
		} else {
			seen[name] = true
		}
	}
}

func fail(why string) {
	os.Stderr.WriteString(why + "\n")
	os.Exit(1)
}
