package dev.polder.wasm.engine.internal.endive;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.CompileListener;
import dev.polder.wasm.engine.CompiledModule;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.ModuleLimits;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.engine.WasmStore;
import dev.polder.wasm.engine.internal.CodeCache;
import dev.polder.wasm.engine.internal.Instructions;
import dev.polder.wasm.engine.internal.ModuleCache;
import dev.polder.wasm.engine.internal.ModuleReader;
import dev.polder.wasm.engine.internal.ModuleTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import run.endive.compiler.Cache;
import run.endive.compiler.InterpreterFallback;
import run.endive.compiler.MachineFactoryCompiler;
import run.endive.runtime.Instance;
import run.endive.runtime.InterpreterMachine;
import run.endive.runtime.Machine;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.WasmModule;

/** Endive: portable, compiles to JVM bytecode. Functions too large for a Java method are interpreted. */
public final class EndiveEngine implements WasmEngine {

    private static final Logger LOG = LoggerFactory.getLogger(EndiveEngine.class);
    private static final String VERSION = "1.0.0";

    /** Larger modules are interpreted: making bytecode of them takes minutes and more heap than a guest is worth. */
    private static final int COMPILED_BYTES = 24 << 20;

    /** What one takes of the heap while Endive compiles it, about; half of that stays. */
    private static final long INSTRUCTION_BYTES = 160;

    /** Of a heap that is shared with all else, what a module may take while others are compiled, too. */
    private static final int SMALL_PART = 16;

    /** How often the heap is collected for want of room: an app that does not fit is asked for again and again. */
    private static final long COLLECT_NANOS = 10_000_000_000L;

    private final ReentrantLock largeModules = new ReentrantLock();
    private long collected = System.nanoTime() - COLLECT_NANOS; // guarded by largeModules

    private final ModuleLimits limits;
    private final @Nullable CodeCache disk;
    private final ModuleCache<EndiveModule> modules = new ModuleCache<>();
    private volatile boolean closed;

    public static EndiveEngine open(Path cacheFolder, ModuleLimits limits) {
        CodeCache disk = null;
        try {
            disk = new CodeCache(
                    cacheFolder.resolve("endive"),
                    "endive " + VERSION + " named\n" + Runtime.version().feature());
        } catch (IOException e) {
            LOG.warn("cannot keep compiled code in {}; modules are compiled anew at each start", cacheFolder, e);
        }
        return new EndiveEngine(disk, limits);
    }

    private EndiveEngine(@Nullable CodeCache disk, ModuleLimits limits) {
        this.disk = disk;
        this.limits = limits;
    }

    @Override
    public String name() {
        return "endive";
    }

    @Override
    public String version() {
        return VERSION;
    }

    @Override
    public ModuleLimits moduleLimits() {
        return limits;
    }

    @Override
    public CompiledModule compile(byte[] bytes, Digest digest, CompileListener listener) {
        if (closed) {
            throw new IllegalStateException("the engine is closed");
        }
        return modules.get(digest, listener, source -> compile(bytes, digest, source));
    }

    private EndiveModule compile(byte[] bytes, Digest digest, ModuleCache.SourceListener source) {
        ModuleTypes types = ModuleReader.read(bytes, limits);
        long instructions = Instructions.count(bytes);
        if (instructions * INSTRUCTION_BYTES <= Runtime.getRuntime().maxMemory() / SMALL_PART) {
            return compile(bytes, digest, types, source);
        }
        largeModules.lock();
        try {
            checkHeap(instructions, Runtime.getRuntime().maxMemory(), EndiveEngine::free, this::collect);
            return compile(bytes, digest, types, source);
        } finally {
            largeModules.unlock();
        }
    }

    private EndiveModule compile(byte[] bytes, Digest digest, ModuleTypes types, ModuleCache.SourceListener source) {
        WasmModule module = parse(bytes);
        return new EndiveModule(this, digest, types, module, machine(bytes, digest, module, source));
    }

    /**
     * A heap that is full ends the process; so what does not fit is not tried.
     *
     * @param heap bytes of all of it
     * @param free bytes that nothing is in, not even garbage
     * @param collect makes more of those, now and then
     * @throws Problem TOO_LARGE when it never fits, UNAVAILABLE when it does not now
     */
    static void checkHeap(long instructions, long heap, LongSupplier free, Runnable collect) {
        long needed = instructions * INSTRUCTION_BYTES;
        String takes =
                "module: " + instructions + " instructions take " + (needed >> 20) + " MiB of the heap on Endive, ";
        if (needed > heap) {
            throw Problem.tooLarge(takes + "which has " + (heap >> 20) + " (expected: fewer, more heap, or Wasmtime)");
        }
        if (needed > free.getAsLong()) {
            collect.run();
        }
        long left = free.getAsLong();
        if (needed > left) {
            throw Problem.unavailable(
                    takes + "of which " + (left >> 20)
                            + " are free (expected: other apps idle, more heap, or Wasmtime)",
                    null);
        }
    }

    private void collect() {
        long now = System.nanoTime();
        if (now - collected >= COLLECT_NANOS) {
            System.gc();
            collected = now;
        }
    }

    private static long free() {
        Runtime heap = Runtime.getRuntime();
        return heap.maxMemory() - (heap.totalMemory() - heap.freeMemory());
    }

    private static WasmModule parse(byte[] bytes) {
        try {
            return Parser.parse(bytes);
        } catch (WasmEngineException e) {
            throw Problem.invalid("the module is not valid: " + e.getMessage());
        } catch (RuntimeException | StackOverflowError e) {
            // Endive checks as it goes, and some malformed modules run into its own checks of indexes and sizes.
            throw Problem.invalid("the module is not valid: " + e);
        } catch (OutOfMemoryError e) {
            throw Problem.tooLarge("the module does not fit into the heap (expected: a smaller one, or Wasmtime)");
        }
    }

    private Function<Instance, Machine> machine(
            byte[] bytes, Digest digest, WasmModule module, ModuleCache.SourceListener source) {
        if (bytes.length > COMPILED_BYTES) {
            LOG.warn(
                    "module {} has {} bytes and is interpreted (compiled: up to {})",
                    digest,
                    bytes.length,
                    COMPILED_BYTES);
            return InterpreterMachine::new;
        }
        try {
            MachineFactoryCompiler.Builder compiler = MachineFactoryCompiler.builder(module)
                    .withClassName(EndiveModule.className(digest))
                    .withInterpreterFallback(InterpreterFallback.SILENT);
            if (disk != null) {
                compiler.withCache(new DiskCache(disk, digest, source));
            }
            return compiler.compile();
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            LOG.warn("module {} cannot be compiled and is interpreted: {}", digest, e.toString());
            if (disk != null) {
                disk.drop(digest);
            }
            return InterpreterMachine::new;
        }
    }

    /** Endive's cache of class files. Its own key is left out: the digest is ours already. */
    private record DiskCache(CodeCache disk, Digest digest, ModuleCache.SourceListener source) implements Cache {
        @Override
        @SuppressWarnings("NullAway") // the interface is not annotated; null is its word for "not there"
        public byte[] get(String key) {
            Optional<byte[]> code = disk.find(digest);
            if (code.isEmpty()) {
                return null;
            }
            source.fromDisk();
            return code.get();
        }

        @Override
        public void putIfAbsent(String key, byte[] data) {
            disk.put(digest, file -> Files.write(file, data));
        }
    }

    @Override
    public boolean validateComponent(byte[] bytes) {
        return false;
    }

    @Override
    public WasmStore newStore(InstanceLimits instanceLimits, @Nullable Object host) {
        return new EndiveStore(this, instanceLimits, host);
    }

    @Override
    public void close() {
        closed = true;
    }
}
