;; What is served while the start-up cache is made: sends the request's body back, or one line when there is none.
;; service.wasm is made of it by ./build, so that a build of Polder needs no toolchain for Wasm.
(module
  (import "wasi:http/types@0.2.9" "[method]incoming-request.consume" (func $consume (param i32 i32)))
  (import "wasi:http/types@0.2.9" "[method]incoming-body.stream" (func $stream (param i32 i32)))
  (import "wasi:http/types@0.2.9" "[constructor]fields" (func $fields (result i32)))
  (import "wasi:http/types@0.2.9" "[constructor]outgoing-response" (func $response (param i32) (result i32)))
  (import "wasi:http/types@0.2.9" "[method]outgoing-response.body" (func $body (param i32 i32)))
  (import "wasi:http/types@0.2.9" "[method]outgoing-body.write" (func $write (param i32 i32)))
  (import "wasi:http/types@0.2.9" "[static]outgoing-body.finish" (func $finish (param i32 i32 i32 i32)))
  (import "wasi:http/types@0.2.9" "[static]response-outparam.set"
    (func $set (param i32 i32 i32 i32 i64 i32 i32 i32 i32)))
  (import "wasi:http/types@0.2.9" "[resource-drop]incoming-request" (func $drop-request (param i32)))
  (import "wasi:http/types@0.2.9" "[resource-drop]incoming-body" (func $drop-body (param i32)))
  (import "wasi:io/streams@0.2.9" "[method]input-stream.blocking-read" (func $read (param i32 i64 i32)))
  (import "wasi:io/streams@0.2.9" "[method]output-stream.blocking-write-and-flush" (func $send (param i32 i32 i32 i32)))
  (import "wasi:io/streams@0.2.9" "[resource-drop]input-stream" (func $drop-input (param i32)))
  (import "wasi:io/streams@0.2.9" "[resource-drop]output-stream" (func $drop-output (param i32)))

  (memory (export "memory") 1)
  (data (i32.const 64) "trained\n")

  ;; every list that comes is read before the next one comes
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    i32.const 1024)

  ;; results are written to 0: a tag, and at 4 what it is
  (func (export "wasi:http/incoming-handler@0.2.9#handle") (param $request i32) (param $out i32)
    (local $incoming i32) (local $input i32) (local $answer i32) (local $outgoing i32) (local $output i32)
    (local $bytes i32)
    (call $consume (local.get $request) (i32.const 0))
    (local.set $incoming (i32.load (i32.const 4)))
    (call $stream (local.get $incoming) (i32.const 0))
    (local.set $input (i32.load (i32.const 4)))
    (local.set $answer (call $response (call $fields)))
    (call $body (local.get $answer) (i32.const 0))
    (local.set $outgoing (i32.load (i32.const 4)))
    (call $set (local.get $out) (i32.const 0) (local.get $answer)
      (i32.const 0) (i64.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))
    (call $write (local.get $outgoing) (i32.const 0))
    (local.set $output (i32.load (i32.const 4)))
    (block $done
      (loop $more
        (call $read (local.get $input) (i64.const 4096) (i32.const 0))
        (br_if $done (i32.load8_u (i32.const 0)))
        (local.set $bytes (i32.add (local.get $bytes) (i32.load (i32.const 8))))
        (call $send (local.get $output) (i32.load (i32.const 4)) (i32.load (i32.const 8)) (i32.const 16))
        (br_if $done (i32.load8_u (i32.const 16)))
        (br $more)))
    (if (i32.eqz (local.get $bytes))
      (then (call $send (local.get $output) (i32.const 64) (i32.const 8) (i32.const 16))))
    (call $drop-output (local.get $output))
    (call $finish (local.get $outgoing) (i32.const 0) (i32.const 0) (i32.const 0))
    (call $drop-input (local.get $input))
    (call $drop-body (local.get $incoming))
    (call $drop-request (local.get $request))))
