package dev.polder.wasm.engine.internal.endive;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.CallResult;
import run.endive.runtime.ImportFunction;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.runtime.TableInstance;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.ImportSection;
import run.endive.wasm.types.Table;
import run.endive.wasm.types.TableLimits;
import run.endive.wasm.types.TypeSection;
import run.endive.wasm.types.Value;

/*
 * Endive 1.0.0 checks an indirect call by the number that its type has in the caller's module, and looks that number up in
 * the module of the function that is called: https://github.com/bytecodealliance/endive/issues/88. Between two modules it
 * refuses calls that are right, and lets some pass that are not. So an instance sees a table that it shares through a view
 * of its own, which puts a bridge before each function of another module: an instance whose types are numbered as the
 * caller's are, with the function's own type behind them.
 */
/** A table that other instances may use, too, as one instance sees it. */
final class TableView extends TableInstance {

    private static final String NAME = "bridge";
    private static final TableLimits NOTHING = new TableLimits(0, 0);

    /** Calls one function of another instance, whatever number it is called by. */
    private record Bridge(Instance home, int function) implements Machine {

        @Override
        public long[] call(int number, long[] args) {
            return home.getMachine().call(function, args);
        }

        @Override
        public long[] call(int number, long[] args, Object[] references) {
            return home.getMachine().call(function, args, references);
        }

        @Override
        public CallResult callWithRefs(int number, long[] args, Object[] references) {
            return home.getMachine().callWithRefs(function, args, references);
        }
    }

    private final TableInstance shared;
    private final Map<Bridge, Instance> bridges = new HashMap<>();
    private final Map<FunctionType, WasmModule> modules = new HashMap<>();
    private @Nullable Instance caller;

    TableView(TableInstance shared) {
        super(new Table(shared.elementType(), NOTHING), Value.REF_NULL_VALUE);
        this.shared = shared;
    }

    /** What is behind a view; a table without one is that itself. */
    static TableInstance shared(TableInstance table) {
        return table instanceof TableView view ? view.shared : table;
    }

    /** Whose view it is; known before any code of it runs. */
    void caller(Instance instance) {
        caller = instance;
    }

    /** The function's instance when its types are numbered otherwise than the caller's. */
    @SuppressWarnings("ReferenceEquality") // asked at every call; a module that is only equal costs a bridge
    private @Nullable Instance foreign(int index) {
        Instance home = shared.instance(index);
        return home == null || caller == null || home.module() == caller.module() ? null : home;
    }

    @Override
    public int requiredRef(int index) {
        int function = shared.requiredRef(index);
        return foreign(index) == null ? function : 0;
    }

    @Override
    @SuppressWarnings("NullAway") // Endive is not annotated; null stands for the caller's own
    public Instance instance(int index) {
        Instance home = foreign(index);
        if (home == null || shared.ref(index) == Value.REF_NULL_VALUE) {
            return shared.instance(index);
        }
        return bridges.computeIfAbsent(new Bridge(home, shared.ref(index)), this::bridge);
    }

    private Instance bridge(Bridge to) {
        FunctionType type = to.home().type(to.home().functionType(to.function()));
        return Instance.builder(modules.computeIfAbsent(type, this::module))
                .withImportValues(ImportValues.builder()
                        .addFunction(new ImportFunction(NAME, NAME, type, (_, args) -> to.call(0, args)))
                        .build())
                .withMachineFactory(_ -> to)
                .build();
    }

    private WasmModule module(FunctionType type) {
        TypeSection.Builder types = TypeSection.builder();
        int count = 0;
        if (caller != null) {
            TypeSection known = caller.module().typeSection();
            for (int i = 0; i < known.typeCount(); i++) {
                types.addRecType(known.getRecType(i));
            }
            count = known.subTypeCount();
        }
        return WasmModule.builder()
                .setTypeSection(types.addFunctionType(type).build())
                .setImportSection(ImportSection.builder()
                        .addImport(new FunctionImport(NAME, NAME, count))
                        .build())
                .build();
    }

    @Override
    public void setRef(int index, int value, @Nullable Instance instance) {
        // Copied from another view, the instance is a bridge, and the value what it leads to.
        shared.setRef(index, value, behind(instance));
    }

    @Override
    public int grow(int size, int value, @Nullable Instance instance) {
        return shared.grow(size, value, behind(instance));
    }

    @SuppressWarnings("NullAway") // Endive is not annotated; null stands for the caller's own
    private static Instance behind(@Nullable Instance instance) {
        return instance != null && instance.getMachine() instanceof Bridge bridge ? bridge.home() : instance;
    }

    @Override
    public int size() {
        return shared.size();
    }

    @Override
    public TableLimits limits() {
        return shared.limits();
    }

    @Override
    public int ref(int index) {
        return shared.ref(index);
    }

    @Override
    public Object objRef(int index) {
        return shared.objRef(index);
    }

    @Override
    public void setObjRef(int index, Object reference, Instance instance) {
        shared.setObjRef(index, reference, instance);
    }

    @Override
    public int growWithRef(int size, Object reference, Instance instance) {
        return shared.growWithRef(size, reference, instance);
    }

    @Override
    public void reset() {
        shared.reset();
    }
}
