;; Every way not to end.
(module
  (type $nothing (func))
  (memory (export "memory") 1 4)
  (table 1 funcref)
  (elem (i32.const 0) $twice)
  (func (export "ends") (result i32)
    (local $left i32)
    (local.set $left (i32.const 100000))
    (loop $again
      (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (i32.const 42))
  (func (export "empty")
    (loop $again (br $again)))
  (func (export "nested")
    (local $left i32)
    (loop $outer
      (local.set $left (i32.const 2000000000))
      (loop $inner
        (br_if $inner (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
      (br $outer)))
  (func (export "stores")
    (local $at i32)
    (loop $again
      (i32.store (i32.const 16) (i32.add (i32.load (i32.const 16)) (i32.const 1)))
      (local.set $at (i32.and (i32.add (local.get $at) (i32.const 64)) (i32.const 0xfff0)))
      (i32.store (local.get $at) (i32.const 7))
      (br $again)))
  (func (export "fills")
    (loop $again
      (memory.fill (i32.const 0) (i32.const 1) (i32.const 65536))
      (memory.copy (i32.const 0) (i32.const 32768) (i32.const 32768))
      (br $again)))
  (func (export "grows")
    (loop $again
      (drop (memory.grow (i32.const 1)))
      (br $again)))
  (func $tail (export "tail")
    (return_call $tail))
  (func $tree (param $depth i32)
    (if (local.get $depth)
      (then
        (call $tree (i32.sub (local.get $depth) (i32.const 1)))
        (call $tree (i32.sub (local.get $depth) (i32.const 1))))))
  (func (export "tree")
    (call $tree (i32.const 200)))
  (func $leaf)
  (func $twice (type $nothing)
    (call $leaf))
  (func (export "calls")
    (loop $again
      (call_indirect (type $nothing) (i32.const 0))
      (br $again)))
  (func (export "waits")
    (loop $again
      (block $never
        (br_table $again $again $never (i32.const 0))))))
