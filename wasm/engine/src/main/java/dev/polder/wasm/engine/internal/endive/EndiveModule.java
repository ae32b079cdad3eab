package dev.polder.wasm.engine.internal.endive;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.CompiledModule;
import dev.polder.wasm.engine.ExportType;
import dev.polder.wasm.engine.FunctionType;
import dev.polder.wasm.engine.GuestFrame;
import dev.polder.wasm.engine.HostFunctions;
import dev.polder.wasm.engine.ImportType;
import dev.polder.wasm.engine.LinkedModule;
import dev.polder.wasm.engine.MemoryType;
import dev.polder.wasm.engine.TableType;
import dev.polder.wasm.engine.internal.ImportMatch;
import dev.polder.wasm.engine.internal.ModuleTypes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.ImportFunction;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.NameCustomSection;

/** A parsed module and the maker of its machines. */
final class EndiveModule implements CompiledModule {

    private final EndiveEngine engine;
    private final Digest digest;
    private final String className;
    private final ModuleTypes types;
    private final WasmModule module;
    private final Function<Instance, Machine> machines;
    private final Map<String, ExportType> exports = new HashMap<>();
    private final int importedFunctions;

    EndiveModule(
            EndiveEngine engine,
            Digest digest,
            ModuleTypes types,
            WasmModule module,
            Function<Instance, Machine> machines) {
        this.engine = engine;
        this.digest = digest;
        this.className = className(digest);
        this.types = types;
        this.module = module;
        this.machines = machines;
        types.exports().forEach(e -> exports.put(e.name(), e));
        importedFunctions = (int) types.imports().stream()
                .filter(i -> i.type() instanceof FunctionType)
                .count();
    }

    /** Of what it is compiled to, as the classes of no other module begin: so a Java frame tells whose it is. */
    static String className(Digest digest) {
        return "run.endive.$gen.M" + digest.hex();
    }

    /** Whether a Java class is one of those. */
    boolean isCompiledTo(String name) {
        return name.startsWith(className);
    }

    WasmModule parsed() {
        return module;
    }

    Function<Instance, Machine> machines() {
        return machines;
    }

    ModuleTypes types() {
        return types;
    }

    /** Whether it has functions of its own. */
    boolean hasCode() {
        return module.codeSection().functionBodyCount() > 0;
    }

    @Nullable
    ExportType find(String name) {
        return exports.get(name);
    }

    private static boolean isNumber(String index) {
        return !index.isEmpty() && index.length() < 10 && index.chars().allMatch(Character::isDigit);
    }

    /** Whether a function is imported. */
    boolean isImported(String index) {
        return isNumber(index) && Integer.parseInt(index) < importedFunctions;
    }

    /** A function by its number. */
    GuestFrame frame(String index) {
        if (!isNumber(index)) {
            return GuestFrame.named("#" + index);
        }
        int number = Integer.parseInt(index);
        NameCustomSection names = module.nameSection();
        String name = names == null ? null : names.nameOfFunction(number);
        String shown = name == null ? "#" + index : name;
        int defined = number - importedFunctions;
        if (defined < 0 || defined >= module.codeSection().functionBodyCount()) {
            return GuestFrame.named(shown);
        }
        int first = module.codeSection()
                .getFunctionBody(defined)
                .instructions()
                .getFirst()
                .address();
        return GuestFrame.beginning(shown, number, first);
    }

    @Override
    public EndiveEngine engine() {
        return engine;
    }

    @Override
    public Digest digest() {
        return digest;
    }

    @Override
    public List<ImportType> imports() {
        return types.imports();
    }

    @Override
    public List<ExportType> exports() {
        return types.exports();
    }

    @Override
    public List<MemoryType> memories() {
        return types.memories();
    }

    @Override
    public List<TableType> tables() {
        return types.tables();
    }

    @Override
    public LinkedModule link(HostFunctions functions) {
        List<HostFunctions.Definition> found = ImportMatch.functions(types.imports(), functions);
        ImportFunction[] imports = new ImportFunction[found.size()];
        for (int i = 0; i < imports.length; i++) {
            ImportType type = types.imports().get(i);
            imports[i] = EndiveHost.importFunction(type.module(), type.name(), found.get(i));
        }
        return new EndiveLinked(
                this, ImportValues.builder().addFunction(imports).build());
    }

    static EndiveModule of(CompiledModule module, EndiveEngine engine) {
        if (module instanceof EndiveModule own && own.engine == engine) {
            return own;
        }
        throw Problem.internal("a module of another engine was given to " + engine.name(), null);
    }
}
