package dev.polder.wasm.engine.internal.wasmtime;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.CompileListener;
import dev.polder.wasm.engine.CompiledModule;
import dev.polder.wasm.engine.HostMemory;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.ModuleLimits;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.engine.WasmStore;
import dev.polder.wasm.engine.internal.CodeCache;
import dev.polder.wasm.engine.internal.Machine;
import dev.polder.wasm.engine.internal.ModuleCache;
import dev.polder.wasm.engine.internal.ModuleReader;
import dev.polder.wasm.engine.internal.ModuleTypes;
import dev.polder.wasm.engine.internal.ProbedModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wasmtime: compiles to machine code, native speed. */
public final class WasmtimeEngine implements WasmEngine {

    private static final Logger LOG = LoggerFactory.getLogger(WasmtimeEngine.class);

    /**
     * The stack of a guest. A Java thread has 1 MiB where nothing else is said, and half of it has to be left for the
     * host: an overflow that reached the JVM's own guard pages would end the process.
     */
    private static final long STACK_BYTES = 512 * 1024;

    /** Of each memory, with the pages behind it that catch what runs over, and some to spare; none is used before it is touched. */
    private static final long POOL_ADDRESSES = HostMemory.PLACES * ((4L << 30) + (64L << 20));

    /** Instances at the same time; nothing is reserved for them. */
    private static final int INSTANCES = HostMemory.PLACES;

    /** Two for each memory, see {@link ModuleTypes#places}. */
    private static final int TABLES = 2 * HostMemory.PLACES;

    private static final long TABLE_ELEMENTS = 100_000;

    /** Of a used table, what is cleared by writing zeroes and not by giving pages back: two system calls less. */
    private static final long KEPT_TABLE_BYTES = 64 * 1024;

    /** What makes compiled code of one setting useless for another. */
    private static final String FLAGS = "probes-3,fixed-memory,stack-" + STACK_BYTES;

    /** What is kept of a component that was found valid. */
    private static final byte[] VALID = "valid".getBytes(StandardCharsets.US_ASCII);

    private final String version;
    private final ModuleLimits limits;
    private final @Nullable CodeCache disk;
    private final ModuleCache<WasmtimeModule> modules = new ModuleCache<>();
    private final UnusedModules unused;
    private final boolean pooling;

    /** Bytes of modules that are compiled at the same time: what that takes of the machine is many times as much. */
    private final Semaphore compiling;

    private final long growthType = Types.function(Growth.TYPE);
    private @Nullable ResidentPages pages;
    private volatile long engine;

    /**
     * Loads the library and makes an engine.
     *
     * @param cacheFolder where compiled code is kept
     * @param unusedBytes of code that stays loaded after all gave it back
     */
    public static synchronized WasmtimeEngine open(
            NativeLibrary library, Path cacheFolder, ModuleLimits limits, long unusedBytes) {
        Symbols.load(library.path());
        String version = library.version();
        CodeCache disk = null;
        try {
            String build = version.equals("custom") ? Digest.of(library.path()).hex() : version;
            disk = new CodeCache(
                    cacheFolder.resolve("wasmtime"), "wasmtime " + build + "\n" + FLAGS + "\n" + Machine.processor());
        } catch (IOException e) {
            LOG.warn("cannot keep compiled code in {}; modules are compiled anew at each start", cacheFolder, e);
        }
        return new WasmtimeEngine(version, disk, limits, new UnusedModules(unusedBytes));
    }

    private WasmtimeEngine(String version, @Nullable CodeCache disk, ModuleLimits limits, UnusedModules unused) {
        this.version = version;
        this.disk = disk;
        this.limits = limits;
        this.unused = unused;
        this.compiling = new Semaphore(limits.moduleBytes(), true);
        long pooled = AddressSpace.has(POOL_ADDRESSES) ? create(true) : 0;
        pooling = pooled != 0;
        pages = pooling ? pages : null;
        engine = pooling ? pooled : create(false);
        if (engine == 0) {
            throw Problem.unavailable("Wasmtime could not make an engine", null);
        }
        if (!pooling) {
            LOG.warn(
                    "no room for Wasmtime's pool of instances ({} GiB of addresses); new instances will cost more",
                    POOL_ADDRESSES >> 30);
        }
    }

    private long create(boolean pool) {
        try {
            long config = (long) Api.Config.NEW.invokeExact();
            Api.Config.MAY_MOVE.invokeExact(config, false);
            Api.Config.STACK.invokeExact(config, STACK_BYTES);
            if (pool) {
                long settings = (long) Api.Config.POOL_NEW.invokeExact();
                Api.Config.poolSize("total_core_instances", JAVA_INT).invokeExact(settings, INSTANCES);
                Api.Config.poolSize("total_memories", JAVA_INT).invokeExact(settings, HostMemory.PLACES);
                Api.Config.poolSize("total_tables", JAVA_INT).invokeExact(settings, TABLES);
                Api.Config.poolSize("table_elements", JAVA_LONG).invokeExact(settings, TABLE_ELEMENTS);
                Api.Config.poolSize("max_tables_per_module", JAVA_INT).invokeExact(settings, 11);
                Api.Config.poolSize("max_memories_per_module", JAVA_INT).invokeExact(settings, 11);
                Api.Config.poolSize("max_core_instance_size", JAVA_LONG).invokeExact(settings, 8L << 20);
                Api.Config.poolSize("table_keep_resident", JAVA_LONG).invokeExact(settings, KEPT_TABLE_BYTES);
                pages = ResidentPages.use(version, settings);
                if (pages != null) {
                    Api.Config.poolSize("linear_memory_keep_resident", JAVA_LONG)
                            .invokeExact(settings, ResidentPages.KEPT_BYTES);
                    Api.Config.poolSize("max_unused_warm_slots", JAVA_INT)
                            .invokeExact(settings, ResidentPages.WARM_PLACES);
                }
                Api.Config.POOL_USE.invokeExact(config, settings);
                Api.Config.POOL_DELETE.invokeExact(settings);
            }
            return (long) Api.ENGINE_NEW.invokeExact(config);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    @Override
    public String name() {
        return "wasmtime";
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public ModuleLimits moduleLimits() {
        return limits;
    }

    /** Whether instances come from a pool of reserved memory. */
    public boolean isPooling() {
        return pooling;
    }

    /** All gave it back. */
    void unused(WasmtimeModule module) {
        if (modules.gives(module)) {
            unused.add(module);
        } else {
            module.freeUnused();
        }
    }

    /** Somebody has it again. */
    void used(WasmtimeModule module) {
        unused.remove(module);
    }

    /** What keeps pages in the pool; null where nothing does. */
    @Nullable
    ResidentPages pages() {
        return pages;
    }

    /** What a table can have, whatever the limits grant. */
    long tableElements() {
        return pooling ? TABLE_ELEMENTS : Long.MAX_VALUE;
    }

    /** Of {@link Growth}; a {@code wasm_functype_t*} knows its engine when it was used once. */
    long growthType() {
        return growthType;
    }

    long address() {
        long address = engine;
        if (address == 0) {
            throw new IllegalStateException("the engine is closed");
        }
        return address;
    }

    @Override
    public CompiledModule compile(byte[] bytes, Digest digest, CompileListener listener) {
        return modules.get(digest, listener, source -> compile(bytes, digest, source));
    }

    private WasmtimeModule compile(byte[] bytes, Digest digest, ModuleCache.SourceListener source) {
        ModuleTypes types = ModuleReader.read(bytes, limits);
        long module = kept(digest);
        if (module != 0) {
            source.fromDisk();
        } else {
            long compiled = compileInTurn(bytes, types);
            if (disk != null) {
                disk.put(digest, file -> serialize(compiled, file));
            }
            module = compiled;
        }
        return new WasmtimeModule(this, digest, new WasmtimeModule.Shape(types), module);
    }

    /** The code of a module that is kept on disk, or 0. */
    private long kept(Digest digest) {
        if (disk == null) {
            return 0;
        }
        Optional<Path> seen = disk.findSeen(digest);
        long module = seen.isPresent() ? map(seen.get(), digest) : 0;
        if (module != 0) {
            return module;
        }
        Optional<byte[]> code = disk.find(digest);
        return code.isPresent() ? load(code.get(), digest) : 0;
    }

    boolean keepsCode() {
        return disk != null;
    }

    /** A module that was compiled before, of code that is kept and unchanged. */
    Optional<CompiledModule> wake(Digest digest, WasmtimeModule.Shape shape) {
        return Optional.ofNullable(modules.getOrLoad(digest, () -> {
            long module = kept(digest);
            return module == 0 ? null : new WasmtimeModule(this, digest, shape, module);
        }));
    }

    private long load(byte[] code, Digest digest) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(8, 8);
            MemorySegment bytes = arena.allocate(code.length, 16);
            MemorySegment.copy(code, 0, bytes, ValueLayout.JAVA_BYTE, 0, code.length);
            long error =
                    (long) Api.MODULE_LOAD.invokeExact(address(), bytes.address(), bytes.byteSize(), result.address());
            if (error != 0) {
                LOG.warn(
                        "Wasmtime refuses the code of {}: {}; compiling anew",
                        digest,
                        Failures.firstLine(Native.takeError(error)));
                if (disk != null) {
                    disk.drop(digest);
                }
                return 0;
            }
            return result.get(JAVA_LONG, 0);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    /** Code that was checked before is mapped: only the pages that run are read, and they are the system's to keep. */
    private long map(Path file, Digest digest) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(8, 8);
            MemorySegment path = arena.allocateFrom(file.toString());
            long error = (long) Api.MODULE_MAP.invokeExact(address(), path.address(), result.address());
            if (error != 0) {
                LOG.warn("Wasmtime cannot map the code of {}: {}", digest, Failures.firstLine(Native.takeError(error)));
                return 0;
            }
            return result.get(JAVA_LONG, 0);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    private long compileInTurn(byte[] bytes, ModuleTypes types) {
        compiling.acquireUninterruptibly(bytes.length);
        try {
            return compile(bytes, types);
        } finally {
            compiling.release(bytes.length);
        }
    }

    private long compile(byte[] bytes, ModuleTypes types) {
        // As it came: with a memory more, code that names one that is not there would name the probe's.
        take(bytes, (wasm, _) -> (long) Api.MODULE_VALIDATE.invokeExact(address(), wasm, (long) bytes.length));
        byte[] probed = ProbedModule.of(bytes, types).bytes();
        return take(probed, (wasm, result) ->
                (long) Api.MODULE_NEW.invokeExact(address(), wasm, (long) probed.length, result));
    }

    /** A function of Wasmtime that takes a module and gives an error, or 0. */
    private interface Taker {
        long take(long wasm, long result) throws Throwable;
    }

    /** Gives what Wasmtime made of a module; a refusal is a Problem in its words. */
    private static long take(byte[] bytes, Taker taker) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(8, 8);
            MemorySegment wasm = arena.allocate(bytes.length);
            MemorySegment.copy(bytes, 0, wasm, ValueLayout.JAVA_BYTE, 0, bytes.length);
            long error = taker.take(wasm.address(), result.address());
            if (error != 0) {
                String message = Native.takeError(error).replaceAll("\\s+", " ");
                String shown = message.substring(0, Math.min(400, message.length()));
                if (message.contains("pooling allocator")) {
                    throw Problem.guest(Problem.Code.TOO_LARGE, "the module wants too much: " + shown, null);
                }
                throw Problem.invalid("the module is not valid: " + shown);
            }
            return result.get(JAVA_LONG, 0);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    @SuppressWarnings("restricted")
    private static void serialize(long module, Path file) throws IOException {
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            MemorySegment vector = arena.allocate(16, 8);
            long error = (long) Api.MODULE_SERIALIZE.invokeExact(module, vector.address());
            if (error != 0) {
                throw new IOException("Wasmtime cannot serialize: " + Native.takeError(error));
            }
            try {
                MemorySegment code =
                        MemorySegment.ofAddress(vector.get(JAVA_LONG, 8)).reinterpret(vector.get(JAVA_LONG, 0));
                for (long at = 0; at < code.byteSize(); ) {
                    long part = Math.min(1L << 20, code.byteSize() - at);
                    at += channel.write(code.asSlice(at, part).asByteBuffer());
                }
            } finally {
                Api.BYTES_DELETE.invokeExact(vector.address());
            }
        } catch (IOException | UncheckedIOException e) {
            throw e;
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    @Override
    public boolean validateComponent(byte[] bytes) {
        // A large one takes seconds, and every start of the program asks: the verdict is kept as code is, by this
        // version.
        Digest digest = Digest.of(bytes);
        if (disk == null) {
            ComponentValidation.validate(bytes);
        } else if (disk.find(digest).isEmpty()) {
            ComponentValidation.validate(bytes);
            disk.put(digest, file -> Files.write(file, VALID));
        }
        return true;
    }

    @Override
    public WasmStore newStore(InstanceLimits instanceLimits, @Nullable Object host) {
        return new WasmtimeStore(this, instanceLimits, host);
    }

    @Override
    public synchronized void close() {
        long address = engine;
        engine = 0;
        unused.clear();
        if (address != 0) {
            Types.delete(growthType);
            try {
                Api.ENGINE_DELETE.invokeExact(address);
            } catch (Throwable t) {
                throw Native.broken(t);
            }
        }
    }
}
