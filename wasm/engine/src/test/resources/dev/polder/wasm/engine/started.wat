;; A start function with a loop, whose work the exports show; two memories, so that the probe's is the third.
(module
  (memory (export "memory") 1)
  (memory $other 1)
  (global $sum (mut i32) (i32.const 0))
  (func $run
    (local $left i32)
    (local.set $left (i32.const 10))
    (loop $again
      (global.set $sum (i32.add (global.get $sum) (local.get $left)))
      (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (i32.store $other (i32.const 0) (global.get $sum)))
  (func (export "sum") (result i32)
    (i32.load $other (i32.const 0)))
  (start $run))
