// Makes a component of wasi:http: the module that Go's compiler made takes the place of the empty one in the adapter.
package main

import (
	"bytes"
	_ "embed"
	"encoding/binary"
	"log"
	"os"
	"regexp"
)

//go:embed http_initialize.wasm
var adapter []byte

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: go run ./component MODULE COMPONENT")
	}
	module, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	before, after, found := bytes.Cut(adapter, []byte("\x01\x08\x00asm\x01\x00\x00\x00"))
	if !found {
		log.Fatal("http_initialize.wasm has no place for a module")
	}
	renameSecondImports(module)
	section := binary.AppendUvarint([]byte{1}, uint64(len(module)))
	component := bytes.Join([][]byte{before, section, module, after}, nil)
	if err := os.WriteFile(os.Args[2], component, 0o644); err != nil {
		log.Fatal(err)
	}
}

var wasiImport = regexp.MustCompile("\x16wasi_snapshot_preview1[\x01-\x7f][a-z_]+\x00")

// renameSecondImports lets a function that is imported twice come from wasi_snapshot_preview2 the second time, which is the
// adapter, too: Go imports fd_write twice, and no module of a component may.
func renameSecondImports(module []byte) {
	seen := map[string]bool{}
	for at := 8; at < len(module); {
		size, length := binary.Uvarint(module[at+1:])
		section, begin := module[at], at+1+length
		at = begin + int(size)
		if section != 2 {
			continue
		}
		imports := module[begin:at]
		for _, place := range wasiImport.FindAllIndex(imports, -1) {
			name := string(imports[place[0]:place[1]])
			if seen[name] {
				imports[place[0]+len("wasi_snapshot_preview1")] = '2'
			}
			seen[name] = true
		}
	}
}
