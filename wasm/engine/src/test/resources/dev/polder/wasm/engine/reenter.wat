;; The host is called, and calls the guest again.
(module
  (import "host" "again" (func $again (param i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "alloc") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1000)))
  (func (export "start") (param i32) (result i32) (call $again (local.get 0)))
  (func (export "fail") (unreachable))
)
