package dev.polder.wasm.component;

import dev.polder.kernel.model.Digest;
import dev.polder.wasm.engine.CompileListener;
import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.Engines;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.WasmEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** What a call from one component to another costs, values going there and coming back: {@code -Dtransfer=wasmtime}. */
@EnabledIfSystemProperty(named = "transfer", matches = ".+")
class TransferBench {

    private static final int ROUNDS = 7;

    private static final HostServices NONE = new HostServices() {
        @Override
        public <T> T service(Class<T> type) {
            throw new AssertionError("nobody offers " + type);
        }
    };

    private static final String ALLOCATOR = """
            (memory (export "memory") 128)
            (global $next (mut i32) (i32.const 4194304))
            (func (export "reset") (global.set $next (i32.const 4194304)))
            (func $reset (global.set $next (i32.const 4194304)))
            (func (export "realloc") (param i32 i32 i32 i32) (result i32)
              (global.set $next (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
              (global.get $next)
              (global.set $next (i32.add (global.get $next) (local.get 3))))
            """;

    private static final String TEXT = """
            (component
              (component $Echo
                (core module $M
                  ALLOCATOR
                  (func (export "ints") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
                  (func (export "echo") (param i32 i32) (result i32)
                    (i32.store (i32.const 8) (local.get 0))
                    (i32.store (i32.const 12) (local.get 1))
                    (i32.const 8))
                  (func (export "post") (param i32) (call $reset)))
                (core instance $i (instantiate $M))
                (func (export "ints") (param "a" s32) (param "b" s32) (result s32) (canon lift (core func $i "ints")))
                (func (export "text") (param "v" string) (result string) (canon lift (core func $i "echo") OPTIONS))
                (func (export "bytes") (param "v" (list u8)) (result (list u8))
                  (canon lift (core func $i "echo") OPTIONS))
                (func (export "points") (param "v" (list (tuple u32 u32 u64))) (result (list (tuple u32 u32 u64)))
                  (canon lift (core func $i "echo") OPTIONS))
                (func (export "rows") (param "v" (list (tuple u32 u64 string))) (result (list (tuple u32 u64 string)))
                  (canon lift (core func $i "echo") OPTIONS)))
              (component $Driver
                (import "echo" (instance $echo
                  (export "ints" (func (param "a" s32) (param "b" s32) (result s32)))
                  (export "text" (func (param "v" string) (result string)))
                  (export "bytes" (func (param "v" (list u8)) (result (list u8))))
                  (export "points" (func (param "v" (list (tuple u32 u32 u64))) (result (list (tuple u32 u32 u64)))))
                  (export "rows" (func (param "v" (list (tuple u32 u64 string)))
                    (result (list (tuple u32 u64 string)))))))
                (core module $Mem ALLOCATOR)
                (core instance $mem (instantiate $Mem))
                (core func $ints (canon lower (func $echo "ints")))
                (core func $text (canon lower (func $echo "text") LOWER))
                (core func $bytes (canon lower (func $echo "bytes") LOWER))
                (core func $points (canon lower (func $echo "points") LOWER))
                (core func $rows (canon lower (func $echo "rows") LOWER))
                (core module $M
                  (import "m" "memory" (memory 128))
                  (import "m" "reset" (func $reset))
                  (import "e" "ints" (func $ints (param i32 i32) (result i32)))
                  (import "e" "text" (func $text (param i32 i32 i32)))
                  (import "e" "bytes" (func $bytes (param i32 i32 i32)))
                  (import "e" "points" (func $points (param i32 i32 i32)))
                  (import "e" "rows" (func $rows (param i32 i32 i32)))
                  (func (export "fill") (local $i i32)
                    (memory.fill (i32.const 1024) (i32.const 97) (i32.const 1024))
                    (loop $l
                      (i32.store offset=4112 (i32.mul (local.get $i) (i32.const 24)) (i32.const 1024))
                      (i32.store offset=4116 (i32.mul (local.get $i) (i32.const 24)) (i32.const 16))
                      (local.set $i (i32.add (local.get $i) (i32.const 1)))
                      (br_if $l (i32.lt_u (local.get $i) (i32.const 100)))))
                  (func (export "ints") (param $n i32)
                    (loop $l
                      (drop (call $ints (local.get $n) (i32.const 1)))
                      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
                      (br_if $l (local.get $n))))
                  LOOP(text, 1024, 1024)
                  LOOP(bytes, 65536, 1048576)
                  LOOP(points, 4096, 100)
                  LOOP(rows, 4096, 100))
                (core instance $i (instantiate $M (with "m" (instance $mem)) (with "e" (instance
                  (export "ints" (func $ints)) (export "text" (func $text)) (export "bytes" (func $bytes))
                  (export "points" (func $points)) (export "rows" (func $rows))))))
                (func (export "fill") (canon lift (core func $i "fill")))
                (func (export "ints") (param "n" u32) (canon lift (core func $i "ints")))
                (func (export "text") (param "n" u32) (canon lift (core func $i "text")))
                (func (export "bytes") (param "n" u32) (canon lift (core func $i "bytes")))
                (func (export "points") (param "n" u32) (canon lift (core func $i "points")))
                (func (export "rows") (param "n" u32) (canon lift (core func $i "rows"))))
              (instance $echo (instantiate $Echo))
              (instance $driver (instantiate $Driver (with "echo" (instance $echo))))
              (export "fill" (func $driver "fill"))
              (export "ints" (func $driver "ints"))
              (export "text" (func $driver "text"))
              (export "bytes" (func $driver "bytes"))
              (export "points" (func $driver "points"))
              (export "rows" (func $driver "rows")))
            """;

    private static String text() {
        return TEXT.replaceAll("LOOP\\((\\w+), (\\d+), (\\d+)\\)", """
                        (func (export "$1") (param \\$n i32)
                          (loop \\$l
                            (call \\$$1 (i32.const $2) (i32.const $3) (i32.const 16))
                            (call \\$reset)
                            (local.set \\$n (i32.sub (local.get \\$n) (i32.const 1)))
                            (br_if \\$l (local.get \\$n))))""")
                .replace("ALLOCATOR", ALLOCATOR)
                .replace(
                        "OPTIONS",
                        "(memory (core memory $i \"memory\")) (realloc (core func $i \"realloc\"))"
                                + " (post-return (core func $i \"post\"))")
                .replace("LOWER", "(memory (core memory $mem \"memory\")) (realloc (core func $mem \"realloc\"))");
    }

    @Test
    void calls(@TempDir Path cache) {
        byte[] bytes = Wat.assemble(text());
        EngineChoice choice = EngineChoice.parse(System.getProperty("transfer"));
        InstanceLimits limits = InstanceLimits.DEFAULT
                .withMemoryBytes(1L << 30)
                .withWallTime(Duration.ofMinutes(10))
                .withCpuTime(Duration.ofMinutes(10));
        try (WasmEngine engine = Engines.open(choice, cache).engine();
                ComponentInstance instance = Component.compile(engine, bytes, Digest.of(bytes), CompileListener.NONE)
                        .link(List.of())
                        .instantiate(limits, NONE)) {
            instance.call("", "fill");
            Map.of("ints", 200_000, "text", 50_000, "points", 20_000, "rows", 2_000, "bytes", 200)
                    .forEach((name, calls) -> {
                        double best = Double.MAX_VALUE;
                        for (int round = 0; round < ROUNDS; round++) {
                            long start = System.nanoTime();
                            instance.call("", name, calls);
                            best = Math.min(best, (double) (System.nanoTime() - start) / calls);
                        }
                        System.out.printf("%s %s: %.0f ns a call%n", choice, name, best);
                    });
        }
    }
}
