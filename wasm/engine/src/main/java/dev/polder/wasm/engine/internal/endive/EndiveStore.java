package dev.polder.wasm.engine.internal.endive;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.CompiledModule;
import dev.polder.wasm.engine.FunctionType;
import dev.polder.wasm.engine.GlobalType;
import dev.polder.wasm.engine.GuestFrames;
import dev.polder.wasm.engine.HostFunction;
import dev.polder.wasm.engine.HostFunctions;
import dev.polder.wasm.engine.HostMemory;
import dev.polder.wasm.engine.ImportType;
import dev.polder.wasm.engine.Imports;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.MemoryType;
import dev.polder.wasm.engine.TableType;
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
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.GlobalInstance;
import run.endive.runtime.ImportFunction;
import run.endive.runtime.ImportGlobal;
import run.endive.runtime.ImportMemory;
import run.endive.runtime.ImportTable;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.runtime.TableInstance;
import run.endive.runtime.WasmException;
import run.endive.wasm.UnlinkableException;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.types.MemoryLimits;
import run.endive.wasm.types.MutabilityType;
import run.endive.wasm.types.Table;
import run.endive.wasm.types.TableLimits;
import run.endive.wasm.types.Value;

/** What belongs together. Endive has no store of this kind, so this one keeps the limits and the deadline. */
final class EndiveStore extends GuestRun implements WasmStore {

    private final EndiveEngine engine;
    private final InstanceLimits limits;
    private final HostMemory.Account account;
    private final @Nullable Object host;
    private final Set<EndiveModule> running = new HashSet<>(2);
    private int instances;
    private int memories;
    private int tables;
    private boolean closed;

    EndiveStore(EndiveEngine engine, InstanceLimits limits, @Nullable Object host) {
        super(limits);
        this.engine = engine;
        this.limits = limits;
        this.account = limits.hostMemory().account();
        this.host = host;
    }

    static EndiveStore of(WasmStore store, EndiveEngine engine) {
        if (store instanceof EndiveStore own && own.engine == engine) {
            return own;
        }
        throw Problem.internal("a store of another engine was given to " + engine.name(), null);
    }

    /** A function of this store. */
    EndiveFunction own(WasmFunction function) {
        if (function instanceof EndiveFunction own && own.store() == this) {
            return own;
        }
        throw Problem.invalid("an import of type " + function.type() + " is of another store");
    }

    /** Runs guest code: in time, and with its traps turned into ours. */
    <T> T run(Supplier<T> guest) {
        if (closed) {
            throw new IllegalStateException("the store is closed");
        }
        if (isOver()) {
            throw new WasmTrap(reason());
        }
        GuestStack stack = GuestStack.current();
        int at = stack.pushCall(0);
        boolean entered = stack.enter(this);
        try {
            return guest.get();
        } catch (WasmEngineException | WasmException e) {
            throw EndiveTraps.of(e, this, running);
        } catch (WasmTrap | Problem e) {
            throw GuestFrames.in(e, EndiveTraps.frames(e, running));
        } catch (LinkageError e) {
            throw Problem.internal("the bytecode of a guest does not load: " + e.getMessage(), e);
        } finally {
            if (entered) {
                stack.exit(this);
            }
            stack.popCall(at);
        }
    }

    WasmInstance instantiate(EndiveModule module, ImportValues imports, boolean ownsStore) {
        module.types().checkFits(limits);
        count(module);
        if (module.hasCode()) {
            running.add(module);
        }
        boolean shares = imports.tableCount() > 0
                || module.exports().stream().anyMatch(export -> export.type() instanceof TableType);
        @Nullable Instance[] self = new Instance[1];
        Instance instance = run(() -> {
            try {
                return Instance.builder(module.parsed())
                        .withImportValues(imports)
                        .withMachineFactory(made -> {
                            // The first that is asked for: tables are made and filled after it.
                            self[0] = made;
                            for (ImportTable table : imports.tables()) {
                                view(table.table(), made);
                            }
                            return module.machines().apply(made);
                        })
                        .withMemoryFactory(this::memory)
                        .withTableFactory((table, initial) -> {
                            TableInstance made = new BoundedTable(table, initial, limits, account);
                            return shares ? view(new TableView(made), self[0]) : made;
                        })
                        .withStart(false)
                        .build();
            } catch (UnlinkableException e) {
                throw Problem.invalid("the module cannot be instantiated: " + e.getMessage());
            }
        });
        return new EndiveInstance(module, this, instance, ownsStore);
    }

    private static TableInstance view(TableInstance table, @Nullable Instance of) {
        if (of != null && table instanceof TableView view) {
            view.caller(of);
        }
        return table;
    }

    private void count(EndiveModule module) {
        instances = within("instances", instances + 1, limits.instances());
        memories = within("memories", memories + module.types().memories().size(), limits.memories());
        tables = within("tables", tables + module.types().tables().size(), limits.tables());
    }

    private static int within(String what, int count, int limit) {
        if (count > limit) {
            throw Problem.guest(
                    Problem.Code.TOO_LARGE,
                    what + " in a store: " + count + " (expected: at most " + limit + ")",
                    null);
        }
        return count;
    }

    private FlatMemory memory(MemoryLimits of) {
        OptionalLong maximum =
                of.maximumPages() == MemoryLimits.MAX_PAGES ? OptionalLong.empty() : OptionalLong.of(of.maximumPages());
        return new FlatMemory(new MemoryType(of.initialPages(), maximum), limits, account);
    }

    @Override
    public EndiveEngine engine() {
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

    @Override
    public WasmInstance instantiate(CompiledModule compiled, Imports imports) {
        return instantiate(compiled, ImportMatch.externs(compiled.imports(), imports));
    }

    @Override
    public WasmInstance instantiate(CompiledModule compiled, List<? extends WasmExtern> externs) {
        EndiveModule module = EndiveModule.of(compiled, engine);
        ImportMatch.check(module.imports(), externs);
        ImportValues.Builder values = ImportValues.builder();
        for (int i = 0; i < externs.size(); i++) {
            add(values, module.imports().get(i), externs.get(i));
        }
        return instantiate(module, values.build(), false);
    }

    private void add(ImportValues.Builder values, ImportType name, WasmExtern extern) {
        switch (extern) {
            case EndiveFunction f -> values.addFunction(importFunction(name, own(f)));
            case EndiveMemory m ->
                values.addMemory(
                        new ImportMemory(name.module(), name.name(), m.flat().view()));
            case EndiveTable t ->
                values.addTable(new ImportTable(name.module(), name.name(), new TableView(t.table())));
            case EndiveGlobal g -> values.addGlobal(new ImportGlobal(name.module(), name.name(), g.global()));
            default -> throw Problem.invalid("the import " + name + " is of another engine");
        }
    }

    // Without the instance that it comes from: Endive would look there for an export of the import's name, which may be
    // another function.
    private static ImportFunction importFunction(ImportType name, EndiveFunction function) {
        return new ImportFunction(
                name.module(),
                name.name(),
                EndiveTypes.of(function.type()),
                (caller, args) -> function.instance().getMachine().call(function.index(), args));
    }

    @Override
    public WasmFunction newFunction(FunctionType type, HostFunction function) {
        // A function needs an instance to be put into a table: the smallest one there is imports and exports it.
        Instance instance = run(() -> Instance.builder(HostModule.of(type))
                .withImportValues(ImportValues.builder()
                        .addFunction(EndiveHost.importFunction(
                                HostModule.NAME, HostModule.NAME, new HostFunctions.Definition(type, function)))
                        .build())
                .build());
        return new EndiveFunction(this, instance, 0, type);
    }

    @Override
    public WasmMemory newMemory(MemoryType type) {
        memories = within("memories", memories + 1, limits.memories());
        return new FlatMemory(type, limits, account).forHost();
    }

    @Override
    public WasmTable newTable(TableType type) {
        tables = within("tables", tables + 1, limits.tables());
        within("table elements", Math.toIntExact(type.minimum()), limits.tableElements());
        Table table = new Table(
                EndiveTypes.of(type.element()),
                new TableLimits(type.minimum(), type.maximum().orElse(0xFFFF_FFFFL)));
        return new EndiveTable(this, new BoundedTable(table, Value.REF_NULL_VALUE, limits, account), type, null);
    }

    @Override
    public WasmGlobal newGlobal(GlobalType type, long raw) {
        EndiveGlobal.checkNumber(type);
        return new EndiveGlobal(
                GlobalInstance.builder()
                        .valueLow(EndiveTypes.slot(type.value(), raw))
                        .valType(EndiveTypes.of(type.value()))
                        .mutabilityType(type.mutable() ? MutabilityType.Var : MutabilityType.Const)
                        .build(),
                type);
    }

    @Override
    public void close() {
        if (!closed && GuestStack.current().front() == this) {
            throw Problem.internal("a store was closed by a host function of its own guest", null);
        }
        closed = true;
        account.close();
    }
}
