package dev.polder.wasm.component;

/** Components in text form that several tests use. */
public final class Texts {

    private Texts() {}

    /** A core module with a memory, an allocator that only goes forward, and a count of its calls. */
    static final String ALLOCATOR = """
            (core module $Allocator
              (memory (export "memory") 2)
              (global $next (mut i32) (i32.const 1024))
              (func (export "realloc") (param $old i32) (param $size i32) (param $align i32) (param $new i32) (result i32)
                (local $at i32)
                (local.set $at (i32.and (i32.add (global.get $next) (i32.sub (local.get $align) (i32.const 1)))
                  (i32.sub (i32.const 0) (local.get $align))))
                (global.set $next (i32.add (local.get $at) (local.get $new)))
                (if (local.get $old) (then (memory.copy (local.get $at) (local.get $old) (local.get $size))))
                (local.get $at)))
            """;

    /** Plain numbers, exported by itself. */
    public static final String ADD = """
            (component
              (core module $M
                (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))
              (core instance $i (instantiate $M))
              (func (export "add") (param "a" s32) (param "b" s32) (result s32) (canon lift (core func $i "add"))))
            """;

    /** A string that comes back, through an exported interface. */
    public static final String ECHO = """
            (component
              %s
              (core instance $a (instantiate $Allocator))
              (core module $M
                (import "a" "memory" (memory 1))
                (func (export "echo") (param i32 i32) (result i32)
                  (i32.store (i32.const 8) (local.get 0))
                  (i32.store (i32.const 12) (local.get 1))
                  (i32.const 8)))
              (core instance $i (instantiate $M (with "a" (instance $a))))
              (func $echo (param "text" string) (result string)
                (canon lift (core func $i "echo") (memory (core memory $a "memory")) (realloc (core func $a "realloc"))))
              (instance $api (export "echo" (func $echo)))
              (export "test:echo/api@1.2.3" (instance $api)))
            """.formatted(ALLOCATOR);

    /** Modules that share memory, table and a global, as those of dynamically linked languages do. */
    public static final String SHARED = """
            (component
              (core module $Env
                (memory (export "memory") 1)
                (table (export "table") 4 funcref)
                (global (export "base") (mut i32) (i32.const 16)))
              (core module $Lib
                (import "env" "memory" (memory 1))
                (import "env" "table" (table 4 funcref))
                (import "env" "base" (global $base (mut i32)))
                (elem (i32.const 1) func $store)
                (func $store (param i32)
                  (i32.store (global.get $base) (local.get 0))
                  (global.set $base (i32.add (global.get $base) (i32.const 4)))))
              (core module $Main
                (import "env" "memory" (memory 1))
                (import "env" "table" (table 4 funcref))
                (import "env" "base" (global $base (mut i32)))
                (type $t (func (param i32)))
                (func (export "put") (param i32) (result i32)
                  (call_indirect (type $t) (local.get 0) (i32.const 1))
                  (i32.load (i32.sub (global.get $base) (i32.const 4))))
                (func (export "sum") (result i32)
                  (i32.add (i32.load (i32.const 16)) (i32.load (i32.const 20)))))
              (core instance $env (instantiate $Env))
              (core instance $lib (instantiate $Lib (with "env" (instance $env))))
              (core instance $main (instantiate $Main (with "env" (instance $env))))
              (func (export "put") (param "n" u32) (result u32) (canon lift (core func $main "put")))
              (func (export "sum") (result u32) (canon lift (core func $main "sum"))))
            """;

    /** A component that owns a resource, one that uses it, and a root that joins them. */
    public static final String COMPOSED = """
            (component
              (component $Counters
                (core module $Dtor
                  (global $dropped (mut i32) (i32.const 0))
                  (func (export "drop") (param i32) (global.set $dropped (i32.add (global.get $dropped) (local.get 0))))
                  (func (export "dropped") (result i32) (global.get $dropped)))
                (core instance $dtor (instantiate $Dtor))
                (type $counter (resource (rep i32) (dtor (core func $dtor "drop"))))
                (core func $new (canon resource.new $counter))
                (core module $M
                  (import "r" "new" (func $new (param i32) (result i32)))
                  (func (export "make") (param i32) (result i32) (call $new (local.get 0)))
                  (func (export "get") (param i32) (result i32) (local.get 0)))
                (core instance $i (instantiate $M (with "r" (instance (export "new" (func $new))))))
                (export $counter' "counter" (type $counter))
                (func (export "[constructor]counter") (param "start" u32) (result (own $counter'))
                  (canon lift (core func $i "make")))
                (func (export "[method]counter.get") (param "self" (borrow $counter')) (result u32)
                  (canon lift (core func $i "get")))
                (func (export "dropped") (result u32) (canon lift (core func $dtor "dropped"))))
              (component $User
                (import "counters" (instance $counters
                  (export "counter" (type $counter (sub resource)))
                  (export "[constructor]counter" (func (param "start" u32) (result (own $counter))))
                  (export "[method]counter.get" (func (param "self" (borrow $counter)) (result u32)))
                  (export "dropped" (func (result u32)))))
                (alias export $counters "counter" (type $counter))
                (core func $make (canon lower (func $counters "[constructor]counter")))
                (core func $get (canon lower (func $counters "[method]counter.get")))
                (core func $dropped (canon lower (func $counters "dropped")))
                (core func $drop (canon resource.drop $counter))
                (core module $M
                  (import "c" "make" (func $make (param i32) (result i32)))
                  (import "c" "get" (func $get (param i32) (result i32)))
                  (import "c" "drop" (func $drop (param i32)))
                  (import "c" "dropped" (func $dropped (result i32)))
                  (func (export "run") (param i32) (result i32)
                    (local $h i32) (local $seen i32)
                    (local.set $h (call $make (local.get 0)))
                    (local.set $seen (call $get (local.get $h)))
                    (call $drop (local.get $h))
                    (i32.add (local.get $seen) (i32.mul (i32.const 1000) (call $dropped)))))
                (core instance $i (instantiate $M (with "c" (instance
                  (export "make" (func $make)) (export "get" (func $get))
                  (export "drop" (func $drop)) (export "dropped" (func $dropped))))))
                (func (export "run") (param "start" u32) (result u32) (canon lift (core func $i "run"))))
              (instance $counters (instantiate $Counters))
              (instance $user (instantiate $User (with "counters" (instance $counters))))
              (export "run" (func $user "run")))
            """;

    /** Counts its calls in hundreds, and adds the host's number. */
    static final String COUNTER = """
            (component
              (import "test:host/who" (instance $who (export "number" (func (result u32)))))
              (core func $number (canon lower (func $who "number")))
              (core module $M
                (import "who" "number" (func $number (result i32)))
                (global $n (mut i32) (i32.const 0))
                (func (export "next") (result i32)
                  (global.set $n (i32.add (global.get $n) (i32.const 100)))
                  (i32.add (global.get $n) (call $number))))
              (core instance $i (instantiate $M (with "who" (instance (export "number" (func $number))))))
              (func $next (result u32) (canon lift (core func $i "next")))
              (instance $api (export "next" (func $next)))
              (export "test:counter/api" (instance $api)))
            """;

    /** Asks a counter, and adds the host's number in thousands. */
    static final String MIDDLE = """
            (component
              (import "test:counter/api" (instance $counter (export "next" (func (result u32)))))
              (import "test:host/who" (instance $who (export "number" (func (result u32)))))
              (core func $next (canon lower (func $counter "next")))
              (core func $number (canon lower (func $who "number")))
              (core module $M
                (import "i" "number" (func $number (result i32)))
                (import "i" "next" (func $next (result i32)))
                (func (export "next") (result i32)
                  (i32.add (call $next) (i32.mul (i32.const 1000) (call $number)))))
              (core instance $i (instantiate $M (with "i" (instance
                (export "number" (func $number)) (export "next" (func $next))))))
              (func $asked (result u32) (canon lift (core func $i "next")))
              (instance $api (export "next" (func $asked)))
              (export "test:middle/api" (instance $api)))
            """;

    /** Hands on what two others and the host say. */
    static final String TOP = """
            (component
              (import "test:counter/api" (instance $counter (export "next" (func (result u32)))))
              (import "test:middle/api" (instance $middle (export "next" (func (result u32)))))
              (import "test:host/who" (instance $who (export "number" (func (result u32)))))
              (core func $c (canon lower (func $counter "next")))
              (core func $m (canon lower (func $middle "next")))
              (core func $n (canon lower (func $who "number")))
              (core module $M
                (import "i" "c" (func $c (result i32)))
                (import "i" "m" (func $m (result i32)))
                (import "i" "n" (func $n (result i32)))
                (func (export "c") (result i32) (call $c))
                (func (export "m") (result i32) (call $m))
                (func (export "n") (result i32) (call $n)))
              (core instance $i (instantiate $M (with "i" (instance
                (export "c" (func $c)) (export "m" (func $m)) (export "n" (func $n))))))
              (func (export "counter") (result u32) (canon lift (core func $i "c")))
              (func (export "middle") (result u32) (canon lift (core func $i "m")))
              (func (export "own") (result u32) (canon lift (core func $i "n"))))
            """;

    /** Imports of interfaces that share a resource and types, lowered through a shim, as toolchains make them. */
    public static final String IMPORTS = """
            (component
              (type $error-instance (instance (export "error" (type (sub resource)))))
              (import "test:io/error@0.2.1" (instance $error (type $error-instance)))
              (alias export $error "error" (type $error))
              (import "test:io/streams@0.2.1" (instance $streams
                (alias outer 1 $error (type $outer))
                (export "error" (type $e (eq $outer)))
                (export "output-stream" (type $out (sub resource)))
                (type $own (own $e))
                (type $failure (variant (case "failed" $own) (case "closed")))
                (export "stream-error" (type $stream-error (eq $failure)))
                (type $self (borrow $out))
                (type $bytes (list u8))
                (type $done (result (error $stream-error)))
                (export "[method]output-stream.write" (func (param "self" $self) (param "contents" $bytes) (result $done)))
                (export "stdout" (func (result (own $out))))))
              (core module $Main
                (import "test:io/streams@0.2.1" "stdout" (func $stdout (result i32)))
                (import "test:io/streams@0.2.1" "[method]output-stream.write" (func $write (param i32 i32 i32 i32)))
                (import "test:io/streams@0.2.1" "[resource-drop]output-stream" (func $drop (param i32)))
                (memory (export "memory") 1)
                (data (i32.const 64) "hello")
                (func (export "run") (result i32) (local $h i32)
                  (local.set $h (call $stdout))
                  (call $write (local.get $h) (i32.const 64) (i32.const 5) (i32.const 32))
                  (call $drop (local.get $h))
                  (i32.load8_u (i32.const 32))))
              (core module $Shim
                (type $t (func (param i32 i32 i32 i32)))
                (table (export "$imports") 1 1 funcref)
                (func (export "0") (type $t)
                  (call_indirect (type $t) (local.get 0) (local.get 1) (local.get 2) (local.get 3) (i32.const 0))))
              (core module $Fixup
                (import "" "0" (func $f (param i32 i32 i32 i32)))
                (import "" "$imports" (table 1 1 funcref))
                (elem (i32.const 0) func $f))
              (core instance $shim (instantiate $Shim))
              (alias export $streams "output-stream" (type $out))
              (core func $drop (canon resource.drop $out))
              (core func $stdout (canon lower (func $streams "stdout")))
              (core instance $main (instantiate $Main (with "test:io/streams@0.2.1" (instance
                (export "stdout" (func $stdout))
                (export "[method]output-stream.write" (func $shim "0"))
                (export "[resource-drop]output-stream" (func $drop))))))
              (core func $write (canon lower (func $streams "[method]output-stream.write")
                (memory (core memory $main "memory"))))
              (core instance (instantiate $Fixup (with "" (instance
                (export "$imports" (table $shim "$imports")) (export "0" (func $write))))))
              (func $run (result u32) (canon lift (core func $main "run")))
              (component $Wrap
                (import "run" (func $run (result u32)))
                (export "run" (func $run)))
              (instance $api (instantiate $Wrap (with "run" (func $run))))
              (export "test:io/run@0.2.1" (instance $api)))
            """;
}
