;; Owns a memory, a table and a global that another instance uses.
(module
  (memory (export "memory") 1 4)
  (table (export "table") 2 funcref)
  (global (export "base") (mut i32) (i32.const 100))
  (data $mine "provider")
  (type $unary (func (param i32) (result i32)))
  (func (export "call_slot") (param i32 i32) (result i32)
    (call_indirect (type $unary) (local.get 1) (local.get 0)))
  (func (export "increment") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
  (func (export "write") (param i32) (memory.init $mine (local.get 0) (i32.const 0) (i32.const 8)))
  (func (export "grow") (result i32) (memory.grow (i32.const 1)))
)
