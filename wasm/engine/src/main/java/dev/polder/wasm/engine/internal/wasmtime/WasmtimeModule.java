package dev.polder.wasm.engine.internal.wasmtime;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.CompiledModule;
import dev.polder.wasm.engine.DormantModule;
import dev.polder.wasm.engine.ExportType;
import dev.polder.wasm.engine.ExternType;
import dev.polder.wasm.engine.FunctionType;
import dev.polder.wasm.engine.HostFunctions;
import dev.polder.wasm.engine.ImportType;
import dev.polder.wasm.engine.LinkedModule;
import dev.polder.wasm.engine.MemoryType;
import dev.polder.wasm.engine.TableType;
import dev.polder.wasm.engine.ValueType;
import dev.polder.wasm.engine.internal.ImportMatch;
import dev.polder.wasm.engine.internal.ModuleCache;
import dev.polder.wasm.engine.internal.ModuleTypes;
import dev.polder.wasm.engine.internal.ProbedModule;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Cleaner;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A module's machine code. When all who compiled it gave it back it goes to {@link UnusedModules}, from where it is had again or
 * freed; and it is freed when nothing in Java refers to it.
 */
final class WasmtimeModule implements CompiledModule, ModuleCache.Counted {

    static final Cleaner CLEANER = Cleaner.create();

    private static final int FREED = -1;

    private static final AtomicLong NUMBERS = new AtomicLong();

    /** An export with its name in native memory, as Wasmtime looks it up. */
    record Export(int index, ExportType type, MemorySegment name) {}

    /** What {@link ProbedModule} adds to a module's exports. */
    static final Export PROBE = hidden(ProbedModule.PROBE, new MemoryType(1, OptionalLong.of(1)));

    static final Export GROWTH = hidden(ProbedModule.GROWTH, new TableType(ValueType.FUNCREF, 1, OptionalLong.of(1)));

    static final Export START = hidden(ProbedModule.START, new FunctionType(List.of(), List.of()));

    private final long number = NUMBERS.incrementAndGet();
    private final WasmtimeEngine engine;
    private final Digest digest;
    private final Shape shape;
    private final long address;
    private final long imageBytes;

    /** Who have it; {@link #FREED} when it is gone. */
    private final AtomicInteger holders = new AtomicInteger(1);

    private final Cleaner.Cleanable code;

    WasmtimeModule(WasmtimeEngine engine, Digest digest, Shape shape, long address) {
        this.engine = engine;
        this.digest = digest;
        this.shape = shape;
        this.address = address;
        imageBytes = imageBytes(address);
        code = CLEANER.register(this, new Free(address));
    }

    /** What is known of a module besides its code; kept while it has none. */
    static final class Shape {

        private final ModuleTypes types;
        private final Map<String, Export> exports = new HashMap<>();
        private final List<Export> inOrder = new ArrayList<>();
        private final @Nullable Export ownMemory;
        private volatile @Nullable Boolean hasProbe;
        private volatile @Nullable Boolean grows;
        private volatile @Nullable Boolean hasStart;

        Shape(ModuleTypes types) {
            this.types = types;
            Arena names = Arena.ofAuto();
            for (ExportType export : types.exports()) {
                byte[] name = export.name().getBytes(StandardCharsets.UTF_8);
                MemorySegment text = names.allocate(Math.max(1, name.length));
                MemorySegment.copy(name, 0, text, ValueLayout.JAVA_BYTE, 0, name.length);
                Export item = new Export(exports.size(), export, text.asSlice(0, name.length));
                exports.put(export.name(), item);
                inOrder.add(item);
            }
            ownMemory = findOwnMemory();
        }

        private @Nullable Export findOwnMemory() {
            boolean imports = types.imports().stream().anyMatch(each -> each.type() instanceof MemoryType);
            return imports || types.memories().size() != 1
                    ? null
                    : inOrder.stream()
                            .filter(each -> each.type().type() instanceof MemoryType)
                            .findFirst()
                            .orElse(null);
        }
    }

    private record Dormant(WasmtimeEngine engine, Digest digest, Shape shape) implements DormantModule {
        @Override
        public Optional<CompiledModule> wake() {
            return engine.wake(digest, shape);
        }
    }

    private static Export hidden(String name, ExternType type) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        MemorySegment bytes = Arena.global().allocate(text.length);
        MemorySegment.copy(text, 0, bytes, ValueLayout.JAVA_BYTE, 0, text.length);
        return new Export(-1, new ExportType(name, type), bytes);
    }

    /** Whether instances have a memory by which their guests are ended; the first one that is asked tells. */
    boolean hasProbe(Predicate<Export> instance) {
        Boolean known = shape.hasProbe;
        if (known == null) {
            known = instance.test(PROBE);
            shape.hasProbe = known;
        }
        return known;
    }

    /** Whether instances have a table by which they ask before they grow; the same. */
    boolean grows(Predicate<Export> instance) {
        Boolean known = shape.grows;
        if (known == null) {
            known = instance.test(GROWTH);
            shape.grows = known;
        }
        return known;
    }

    /** Whether instances have a start function that is to be called; the same. */
    boolean hasStart(Predicate<Export> instance) {
        Boolean known = shape.hasStart;
        if (known == null) {
            known = instance.test(START);
            shape.hasStart = known;
        }
        return known;
    }

    private record Free(long address) implements Runnable {
        @Override
        public void run() {
            try {
                Api.MODULE_DELETE.invokeExact(address);
            } catch (Throwable t) {
                throw Native.broken(t);
            }
        }
    }

    /** That no other module of this process has or had. */
    long number() {
        return number;
    }

    long address() {
        if (holders.get() <= 0) {
            throw new IllegalStateException("module " + digest + " was released");
        }
        return address;
    }

    @Override
    public boolean retain() {
        int before = holders.getAndUpdate(count -> count == FREED ? FREED : count + 1);
        if (before == 0) {
            engine.used(this);
        }
        return before != FREED;
    }

    @Override
    public void release() {
        if (holders.getAndUpdate(count -> count > 0 ? count - 1 : count) == 1) {
            engine.unused(this);
        }
    }

    boolean isUnused() {
        return holders.get() == 0;
    }

    /** Frees it, unless somebody has it. */
    void freeUnused() {
        if (holders.compareAndSet(0, FREED)) {
            code.clean();
        }
    }

    /** What Wasmtime has mapped of it: code, tables and what memories begin with; at most so much of it is resident. */
    long imageBytes() {
        return imageBytes;
    }

    private static long imageBytes(long address) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment range = arena.allocate(16, 8);
            Api.MODULE_RANGE.invokeExact(address, range.address(), range.address() + 8);
            return range.get(ValueLayout.JAVA_LONG, 8) - range.get(ValueLayout.JAVA_LONG, 0);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    ModuleTypes types() {
        return shape.types;
    }

    Export export(int index) {
        return shape.inOrder.get(index);
    }

    /** The memory that it defines and exports; null where that could be another one. */
    @Nullable
    Export ownMemory() {
        return shape.ownMemory;
    }

    Optional<Export> find(String name) {
        return Optional.ofNullable(shape.exports.get(name));
    }

    @Override
    public WasmtimeEngine engine() {
        return engine;
    }

    @Override
    public Digest digest() {
        return digest;
    }

    @Override
    public List<ImportType> imports() {
        return shape.types.imports();
    }

    @Override
    public List<ExportType> exports() {
        return shape.types.exports();
    }

    @Override
    public List<MemoryType> memories() {
        return shape.types.memories();
    }

    @Override
    public List<TableType> tables() {
        return shape.types.tables();
    }

    @Override
    public LinkedModule link(HostFunctions functions) {
        return new WasmtimeLinked(this, ImportMatch.functions(shape.types.imports(), functions));
    }

    @Override
    public Optional<DormantModule> dormant() {
        return engine.keepsCode() ? Optional.of(new Dormant(engine, digest, shape)) : Optional.empty();
    }

    static WasmtimeModule of(CompiledModule module, WasmtimeEngine engine) {
        if (module instanceof WasmtimeModule own && own.engine == engine) {
            return own;
        }
        throw Problem.internal("a module of another engine was given to " + engine.name(), null);
    }
}
