;; Handles a message by two containers of blobs and two brokers, each imported by a name of its own; answers the first error.
;; named.wasm is this text assembled (wat2wasm of Wasmtime).
(component
  (import "wasi:blobstore/container@0.2.0-draft" (instance $container
    (export "container" (type (sub resource)))))
  (alias export $container "container" (type $c))
  (import "wasmcloud:messaging/types@0.2.0" (instance $types
    (type $r (record (field "subject" string) (field "body" (list u8)) (field "reply-to" (option string))))
    (export "broker-message" (type (eq $r)))))
  (alias export $types "broker-message" (type $m))

  (import "photos" (implements "wasi:blobstore/blobstore@0.2.0-draft") (instance $photos
    (alias outer 1 $c (type $outer))
    (export "container" (type $own (eq $outer)))
    (export "create-container" (func (param "name" string) (result (result (own $own) (error string)))))))
  (import "docs" (implements "wasi:blobstore/blobstore@0.2.0-draft") (instance $docs
    (alias outer 1 $c (type $outer))
    (export "container" (type $own (eq $outer)))
    (export "create-container" (func (param "name" string) (result (result (own $own) (error string)))))))
  (import "orders" (implements "wasmcloud:messaging/consumer@0.2.0") (instance $orders
    (alias outer 1 $m (type $outer))
    (export "broker-message" (type $message (eq $outer)))
    (export "publish" (func (param "msg" $message) (result (result (error string)))))))
  (import "audit" (implements "wasmcloud:messaging/consumer@0.2.0") (instance $audit
    (alias outer 1 $m (type $outer))
    (export "broker-message" (type $message (eq $outer)))
    (export "publish" (func (param "msg" $message) (result (result (error string)))))))

  (core module $Memory
    (memory (export "memory") 1)
    (global $top (mut i32) (i32.const 4096))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
      (local.set $at (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
      (global.set $top (i32.add (local.get $at) (local.get 3)))
      (local.get $at))
    (data (i32.const 16) "box"))
  (core instance $memory (instantiate $Memory))
  (alias core export $memory "memory" (core memory $mem))
  (alias core export $memory "realloc" (core func $realloc))

  (core func $photo (canon lower (func $photos "create-container") (memory $mem) (realloc $realloc)))
  (core func $doc (canon lower (func $docs "create-container") (memory $mem) (realloc $realloc)))
  (core func $order (canon lower (func $orders "publish") (memory $mem) (realloc $realloc)))
  (core func $note (canon lower (func $audit "publish") (memory $mem) (realloc $realloc)))

  (core module $Main
    (import "memory" "memory" (memory 1))
    (import "host" "photo" (func $photo (param i32 i32 i32)))
    (import "host" "doc" (func $doc (param i32 i32 i32)))
    (import "host" "order" (func $order (param i32 i32 i32 i32 i32 i32 i32 i32)))
    (import "host" "note" (func $note (param i32 i32 i32 i32 i32 i32 i32 i32)))
    (func $failed (result i32) (i32.load8_u (i32.const 1024)))
    (func $error (result i32)
      (i32.store8 (i32.const 2048) (i32.const 1))
      (i32.store (i32.const 2052) (i32.load (i32.const 1028)))
      (i32.store (i32.const 2056) (i32.load (i32.const 1032)))
      (i32.const 2048))
    (func (export "handle") (param i32 i32 i32 i32 i32 i32 i32) (result i32)
      (call $photo (i32.const 16) (i32.const 3) (i32.const 1024))
      (if (call $failed) (then (return (call $error))))
      (call $doc (i32.const 16) (i32.const 3) (i32.const 1024))
      (if (call $failed) (then (return (call $error))))
      (call $order (i32.const 16) (i32.const 3) (i32.const 0) (i32.const 0)
        (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 1024))
      (if (call $failed) (then (return (call $error))))
      (call $note (i32.const 16) (i32.const 3) (i32.const 0) (i32.const 0)
        (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 1024))
      (if (call $failed) (then (return (call $error))))
      (i32.store8 (i32.const 2048) (i32.const 0))
      (i32.const 2048)))
  (core instance $main (instantiate $Main
    (with "memory" (instance $memory))
    (with "host" (instance
      (export "photo" (func $photo))
      (export "doc" (func $doc))
      (export "order" (func $order))
      (export "note" (func $note))))))

  (func $handle (param "msg" $m) (result (result (error string)))
    (canon lift (core func $main "handle") (memory $mem) (realloc $realloc)))
  (instance $handler (export "broker-message" (type $m)) (export "handle-message" (func $handle)))
  (export "wasmcloud:messaging/handler@0.2.0" (instance $handler)))
