;; Every way to end badly.
(module
  (memory (export "memory") 1)
  (table 3 funcref)
  (elem (i32.const 1) $other)
  (type $nullary (func))
  (func $other (param i32) (result i32) (local.get 0))
  (func $inner (unreachable))
  (func $outer (export "unreachable") (call $inner))
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "divide") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
  (func (export "convert") (param f64) (result i32) (i32.trunc_f64_s (local.get 0)))
  (func (export "indirect") (param i32) (call_indirect (type $nullary) (local.get 0)))
  (func $deep (export "recurse") (param i32) (result i32)
    (i32.add (i32.const 1) (call $deep (i32.add (local.get 0) (i32.const 1)))))
  (func (export "spin") (loop $again (br $again)))
  (func (export "spin_count") (result i64) (local $i i64)
    (loop $again
      (local.set $i (i64.add (local.get $i) (i64.const 1)))
      (br_if $again (i64.ne (local.get $i) (i64.const -1))))
    (local.get $i))
  (func (export "grow_bomb") (result i32) (local $n i32)
    (block $full
      (loop $again
        (br_if $full (i32.eq (memory.grow (i32.const 1)) (i32.const -1)))
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br $again)))
    (local.get $n))
  (func (export "table_bomb") (result i32) (local $n i32)
    (block $full
      (loop $again
        (br_if $full (i32.eq (table.grow (ref.null func) (i32.const 1000)) (i32.const -1)))
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br $again)))
    (table.size))
)
