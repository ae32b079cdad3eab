package dev.polder.bench.abi;

/** The guest of the benchmark: gives back what it gets. As a core module, and the same inside a component. */
final class Guest {

    private static final String CORE = """
            (memory (export "memory") 64)
            (global $next (mut i32) (i32.const 1024))
            (func (export "realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
              (local.set $at (i32.and
                (i32.add (global.get $next) (i32.sub (local.get 2) (i32.const 1)))
                (i32.sub (i32.const 0) (local.get 2))))
              (global.set $next (i32.add (local.get $at) (local.get 3)))
              (local.get $at))
            (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
            (func (export "echo") (param i32 i32) (result i32)
              (i32.store (i32.const 16) (local.get 0)) (i32.store (i32.const 20) (local.get 1)) (i32.const 16))
            (func (export "post") (param i32) (global.set $next (i32.const 1024)))
            """;

    static final String MODULE = "(module " + CORE + ")";

    static final String COMPONENT = "(component (core module $m " + CORE + """
            )
            (core instance $i (instantiate $m))
            (alias core export $i "memory" (core memory $memory))
            (alias core export $i "realloc" (core func $realloc))
            (alias core export $i "post" (core func $post))
            (type $r (record (field "id" u32) (field "count" u64) (field "name" string)))
            (export $record "record" (type $r))
            (func (export "add") (param "a" s32) (param "b" s32) (result s32) (canon lift (core func $i "add")))
            (func (export "text") (param "a" string) (result string)
              (canon lift (core func $i "echo") (memory $memory) (realloc $realloc) (post-return $post)))
            (func (export "records") (param "a" (list $record)) (result (list $record))
              (canon lift (core func $i "echo") (memory $memory) (realloc $realloc) (post-return $post)))
            (func (export "bytes") (param "a" (list u8)) (result (list u8))
              (canon lift (core func $i "echo") (memory $memory) (realloc $realloc) (post-return $post))))
            """;

    private Guest() {}
}
