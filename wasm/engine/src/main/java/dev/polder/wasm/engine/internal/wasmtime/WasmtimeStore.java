package dev.polder.wasm.engine.internal.wasmtime;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.CompiledModule;
import dev.polder.wasm.engine.ExternType;
import dev.polder.wasm.engine.FunctionType;
import dev.polder.wasm.engine.GlobalType;
import dev.polder.wasm.engine.GuestLimit;
import dev.polder.wasm.engine.HostFunction;
import dev.polder.wasm.engine.HostFunctions;
import dev.polder.wasm.engine.HostMemory;
import dev.polder.wasm.engine.Imports;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.MemoryType;
import dev.polder.wasm.engine.TableType;
import dev.polder.wasm.engine.TrapCode;
import dev.polder.wasm.engine.WasmExtern;
import dev.polder.wasm.engine.WasmFunction;
import dev.polder.wasm.engine.WasmGlobal;
import dev.polder.wasm.engine.WasmInstance;
import dev.polder.wasm.engine.WasmMemory;
import dev.polder.wasm.engine.WasmStore;
import dev.polder.wasm.engine.WasmTable;
import dev.polder.wasm.engine.WasmTrap;
import dev.polder.wasm.engine.internal.GuestRun;
import dev.polder.wasm.engine.internal.GuestStack;
import dev.polder.wasm.engine.internal.ImportMatch;
import dev.polder.wasm.engine.internal.ModuleTypes;
import dev.polder.wasm.engine.internal.ProbedModule;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@code wasmtime_store_t}. */
final class WasmtimeStore extends GuestRun implements WasmStore {

    private static final MemorySegment MEMORY = Arena.global().allocateFrom("memory", StandardCharsets.US_ASCII);
    private static final int MEMORY_LENGTH = 6;
    private static final long[] NO_VALUES = {};

    /** Imports that are passed in scratch memory: a quarter of what there is. */
    private static final int SCRATCH_EXTERNS = 512;

    private final WasmtimeEngine engine;
    private final InstanceLimits limits;
    private final @Nullable Object host;
    private final long store;
    private final long context;
    private @Nullable Throwable thrown;
    private @Nullable WasmtimeInstance only;
    private int instances;
    private List<Integer> hostFunctions = List.of();
    private final Probes probes = new Probes();
    private final List<Object> kept = new ArrayList<>(2);
    private final HostMemory.Account account;
    private @Nullable Handle growth;
    private boolean closed;

    WasmtimeStore(WasmtimeEngine engine, InstanceLimits limits, @Nullable Object host) {
        super(limits);
        this.engine = engine;
        this.limits = limits;
        this.host = host;
        this.account = limits.guestMemory().account();
        try {
            store = (long) Api.STORE_NEW.invokeExact(engine.address(), 0L, 0L);
            context = (long) Api.STORE_CONTEXT.invokeExact(store);
            Api.STORE_LIMITS.invokeExact(
                    store,
                    Math.max(limits.memoryBytes(), MemoryType.PAGE),
                    Math.max(limits.tableElements(), 1L),
                    (long) limits.instances(),
                    (long) limits.tables() + limits.instances(),
                    (long) limits.memories() + limits.instances());
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    static WasmtimeStore of(WasmStore store, WasmtimeEngine engine) {
        if (store instanceof WasmtimeStore own && own.engine == engine) {
            return own;
        }
        throw Problem.internal("a store of another engine was given to " + engine.name(), null);
    }

    long context() {
        if (closed) {
            throw new IllegalStateException("the store is closed");
        }
        return context;
    }

    void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the store is closed");
        }
    }

    void thrown(Throwable t) {
        thrown = t;
    }

    @Nullable
    Throwable takeThrown() {
        Throwable t = thrown;
        thrown = null;
        return t;
    }

    /** Refuses to start a guest whose time is over. */
    void checkTime() {
        if (isOver()) {
            throw new WasmTrap(reason());
        }
    }

    @Override
    public WasmtimeEngine engine() {
        return engine;
    }

    @Override
    public InstanceLimits limits() {
        return limits;
    }

    @Override
    public @Nullable Object host() {
        return host;
    }

    WasmInstance instantiate(WasmtimeLinked linked, boolean ownsStore) {
        WasmtimeModule module = linked.module();
        module.types().checkFits(limits);
        kept.add(linked);
        return start(module, ownsStore, (instance, trap) ->
                (long) Api.PRE_INSTANTIATE.invokeExact(linked.address(), context(), instance, trap));
    }

    @Override
    public WasmInstance instantiate(CompiledModule compiled, Imports imports) {
        return instantiate(compiled, ImportMatch.externs(compiled.imports(), imports));
    }

    @Override
    public WasmInstance instantiate(CompiledModule compiled, List<? extends WasmExtern> externs) {
        WasmtimeModule module = WasmtimeModule.of(compiled, engine);
        module.types().checkFits(limits);
        int count = externs.size();
        if (count != module.imports().size()) {
            ImportMatch.check(module.imports(), externs);
        }
        kept.add(module);
        if (count > SCRATCH_EXTERNS) {
            try (Arena arena = Arena.ofConfined()) {
                return instantiate(
                        module,
                        externs,
                        arena.allocate((long) Native.TAGGED * count, 8).address());
            }
        }
        GuestStack stack = GuestStack.current();
        int at = stack.push(Native.TAGGED * count);
        try {
            return instantiate(module, externs, stack.scratch().address() + at);
        } finally {
            stack.pop(at);
        }
    }

    // Wasmtime checks the types of the imports itself, and says which one does not fit.
    private WasmInstance instantiate(WasmtimeModule module, List<? extends WasmExtern> externs, long items) {
        int count = externs.size();
        for (int i = 0; i < count; i++) {
            Handle.of(externs.get(i), this).writeExtern(items + (long) i * Native.TAGGED);
        }
        return start(module, false, (instance, trap) ->
                (long) Api.INSTANCE_NEW.invokeExact(context(), module.address(), items, (long) count, instance, trap));
    }

    private interface Start {
        long run(long instance, long trap) throws Throwable;
    }

    private WasmInstance start(WasmtimeModule module, boolean ownsStore, Start start) {
        checkTime();
        account.begin(module.types().firstBytes(), module.types().places());
        if (++instances > limits.instances()) {
            throw Problem.guest(
                    Problem.Code.TOO_LARGE,
                    "instances in a store: " + instances + " (expected: at most " + limits.instances() + ")",
                    null);
        }
        GuestStack stack = GuestStack.current();
        int at = stack.push(32);
        boolean entered = stack.enter(this);
        try {
            MemorySegment scratch = stack.scratch();
            long base = scratch.address() + at;
            scratch.set(JAVA_LONG, at + 16, 0L);
            long error = start.run(base, base + 16);
            long trap = scratch.get(JAVA_LONG, at + 16);
            if (error != 0 || trap != 0) {
                throw Failures.ofCall(this, error, trap);
            }
            WasmtimeInstance instance = new WasmtimeInstance(
                    module, this, ownsStore, scratch.get(JAVA_LONG, at), scratch.get(JAVA_LONG, at + 8));
            only = instances == 1 ? instance : null;
            begin(instance);
            return instance;
        } catch (Throwable t) {
            throw Native.broken(t);
        } finally {
            if (entered) {
                stack.exit(this);
            }
            stack.pop(at);
        }
    }

    private void begin(WasmtimeInstance instance) {
        WasmtimeMemory probe = instance.probe() instanceof WasmtimeMemory found ? found : null;
        instance.begun(probe);
        if (probe != null) {
            probes.add(probe.base());
        }
        if (instance.growth() instanceof WasmtimeTable asked) {
            asked.set(0, growth());
        }
        WasmExtern start = instance.start();
        if (start != null) {
            ((WasmtimeFunction) start).callSlots(NO_VALUES);
        }
    }

    private Handle growth() {
        Handle known = growth;
        if (known == null) {
            known = newFunction(engine.growthType(), Growth.NUMBER);
            growth = known;
        }
        return known;
    }

    @Override
    protected void stop() {
        probes.protect();
    }

    /** Whether its guests were stopped by the clock. */
    boolean isStopped() {
        return probes.isProtected();
    }

    @Override
    public void restartDeadline() {
        super.restartDeadline();
        probes.open();
    }

    /** The memory of the instance that calls the host. */
    WasmMemory memoryOf(long caller) {
        WasmtimeInstance single = only;
        if (single != null) {
            return single.callerMemory();
        }
        GuestStack stack = GuestStack.current();
        int at = stack.push(Native.TAGGED);
        try {
            long extern = stack.scratch().address() + at;
            boolean found =
                    (boolean) Api.CALLER_EXPORT.invokeExact(caller, MEMORY.address(), (long) MEMORY_LENGTH, extern);
            if (!found || Native.ALL.get(JAVA_BYTE, extern) != Native.EXTERN_MEMORY) {
                throw noMemory();
            }
            return new WasmtimeMemory(Handle.read(this, extern), new MemoryType(0, java.util.OptionalLong.empty()));
        } catch (Throwable t) {
            throw Native.broken(t);
        } finally {
            stack.pop(at);
        }
    }

    /**
     * Counts what a memory or a table is about to grow by; false when it must not, and then who listens to refusals was told
     * by which limit, unless it is the memory's or table's own maximum.
     *
     * @param what {@link ProbedModule#MEMORY}, by pages, or {@link ProbedModule#TABLE}, by elements
     */
    boolean mayGrow(int what, long by, long size, long most) {
        boolean memory = what == ProbedModule.MEMORY;
        if (by < 0) {
            return false;
        }
        long granted = memory
                ? limits.memoryBytes() / MemoryType.PAGE
                : Math.min(limits.tableElements(), engine.tableElements());
        if (size + by > granted) {
            limits.refusals().passed(memory ? GuestLimit.MEMORY : GuestLimit.TABLE);
            return false;
        }
        if (size + by > most) {
            return false;
        }
        boolean fits = account.tryHold(by * (memory ? MemoryType.PAGE : ModuleTypes.ELEMENT_BYTES));
        if (!fits) {
            limits.refusals().passed(GuestLimit.GUEST_MEMORY);
        }
        return fits;
    }

    static WasmTrap noMemory() {
        return new WasmTrap(
                TrapCode.HOST, "a host function needs the memory of a module that exports none", List.of(), null);
    }

    /** The object for a {@code wasmtime_extern_t} of this store. */
    WasmExtern extern(long address, ExternType type) {
        Handle handle = Handle.read(this, address);
        return switch (type) {
            case FunctionType function -> new WasmtimeFunction(handle, function);
            case MemoryType memory -> new WasmtimeMemory(handle, memory);
            case TableType table -> new WasmtimeTable(handle, table);
            case GlobalType global -> new WasmtimeGlobal(handle, global);
        };
    }

    @Override
    public WasmFunction newFunction(FunctionType type, HostFunction function) {
        int number = HostTable.add(new HostFunctions.Definition(type, function));
        if (hostFunctions.isEmpty()) {
            hostFunctions = new ArrayList<>();
        }
        hostFunctions.add(number);
        long signature = Types.function(type);
        try {
            return new WasmtimeFunction(newFunction(signature, number), type);
        } finally {
            Types.delete(signature);
        }
    }

    private Handle newFunction(long signature, int number) {
        GuestStack stack = GuestStack.current();
        int at = stack.push(Native.TAGGED);
        try {
            long result = stack.scratch().address() + at;
            Native.ALL.set(JAVA_BYTE, result, Native.EXTERN_FUNCTION);
            Api.FUNCTION_NEW.invokeExact(
                    context(), signature, HostTable.CALL, (long) number, 0L, result + Native.UNION);
            return Handle.read(this, result);
        } catch (Throwable t) {
            throw Native.broken(t);
        } finally {
            stack.pop(at);
        }
    }

    @Override
    public WasmMemory newMemory(MemoryType type) {
        account.begin(type.minimum() * MemoryType.PAGE, 1);
        long description = Types.memory(type);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(Native.TAGGED, 8);
            long error = (long) Api.MEMORY_NEW.invokeExact(context(), description, result.address() + Native.UNION);
            Api.MEMORY_TYPE_DELETE.invokeExact(description);
            check(error, type);
            return new WasmtimeMemory(Handle.of(this, Native.EXTERN_MEMORY, result), type);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    @Override
    public WasmTable newTable(TableType type) {
        account.begin(type.minimum() * ModuleTypes.ELEMENT_BYTES, 1);
        long description = Types.table(type);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(Native.TAGGED, 8);
            MemorySegment initial = WasmtimeTable.nullValue(arena);
            long error = (long) Api.TABLE_NEW.invokeExact(
                    context(), description, initial.address(), result.address() + Native.UNION);
            Api.TABLE_TYPE_DELETE.invokeExact(description);
            check(error, type);
            return new WasmtimeTable(Handle.of(this, Native.EXTERN_TABLE, result), type);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    @Override
    public WasmGlobal newGlobal(GlobalType type, long raw) {
        WasmtimeGlobal.checkNumber(type);
        long description = Types.global(type);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(Native.TAGGED, 8);
            MemorySegment initial = arena.allocate(Native.TAGGED, 8);
            WasmtimeGlobal.write(initial.address(), type, raw);
            long error = (long) Api.GLOBAL_NEW.invokeExact(
                    context(), description, initial.address(), result.address() + Native.UNION);
            Api.GLOBAL_TYPE_DELETE.invokeExact(description);
            check(error, type);
            return new WasmtimeGlobal(Handle.of(this, Native.EXTERN_GLOBAL, result), type);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
    }

    private static void check(long error, ExternType type) {
        if (error != 0) {
            throw Problem.guest(
                    Problem.Code.TOO_LARGE, type + ": " + Failures.firstLine(Native.takeError(error)), null);
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        if (GuestStack.current().front() == this) {
            throw Problem.internal("a store was closed by a host function of its own guest", null);
        }
        closed = true;
        probes.open();
        try {
            Api.STORE_DELETE.invokeExact(store);
        } catch (Throwable t) {
            throw Native.broken(t);
        }
        account.close();
        hostFunctions.forEach(HostTable::remove);
        kept.clear();
    }
}
