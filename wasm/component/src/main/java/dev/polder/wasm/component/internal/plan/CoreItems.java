package dev.polder.wasm.component.internal.plan;

import dev.polder.wasm.component.FuncType;
import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.component.internal.abi.CanonOptions;
import dev.polder.wasm.component.internal.abi.CanonicalAbi;
import dev.polder.wasm.component.internal.abi.GuestResourceDef;
import dev.polder.wasm.component.internal.abi.LiftedFunction;
import dev.polder.wasm.component.internal.binary.Definition;
import dev.polder.wasm.component.internal.binary.Options;
import dev.polder.wasm.component.internal.binary.Refusal;
import dev.polder.wasm.component.internal.binary.Sort;
import dev.polder.wasm.engine.ExternType;
import dev.polder.wasm.engine.FunctionType;
import dev.polder.wasm.engine.GlobalType;
import dev.polder.wasm.engine.ImportType;
import dev.polder.wasm.engine.MemoryType;
import dev.polder.wasm.engine.TableType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Evaluates what has to do with core modules: their instances, and the lifts and lowers between them and components. */
final class CoreItems {

    private static final FunctionType REALLOC = FunctionType.of("iiii:i");
    private static final FunctionType TAKE = FunctionType.of("i:");
    private static final FunctionType CHANGE = FunctionType.of("i:i");

    private final PlanBuilder plan;
    private final Budget budget;

    CoreItems(PlanBuilder plan, Budget budget) {
        this.plan = plan;
        this.budget = budget;
    }

    void module(Definition.Module d, Scope scope) {
        scope.add(Sort.CORE_MODULE, new Item.Module(plan.module(d.module())), d.offset());
    }

    void instantiate(Definition.CoreInstantiate d, Scope scope) {
        int at = d.offset();
        int module = scope.get(Sort.CORE_MODULE, d.module(), at, Item.Module.class, "a module")
                .module();
        Map<String, Item.CoreInstance> given = new HashMap<>();
        for (Definition.CoreArgument argument : d.arguments()) {
            Item.CoreInstance instance = scope.get(
                    Sort.CORE_INSTANCE, argument.instance(), at, Item.CoreInstance.class, "an instance of a module");
            if (given.put(argument.name(), instance) != null) {
                throw Refusal.invalid(at, "argument \"" + argument.name() + "\" twice (expected: once)");
            }
        }
        List<ImportType> imports = plan.module(module).imports();
        budget.spend(imports.size() / 4, at);
        List<Item.Core> arguments = new ArrayList<>();
        for (ImportType wanted : imports) {
            Item.CoreInstance from = given.get(wanted.module());
            Item.Core item = from == null ? null : from.export(wanted.name());
            if (item == null) {
                throw Refusal.invalid(
                        at,
                        "core module " + d.module() + " is not given its import " + wanted
                                + " (expected: all of them)");
            }
            if (!fits(item.type(), wanted.type())) {
                throw Refusal.invalid(
                        at, "core module " + d.module() + " is given a " + item.type() + " (expected: " + wanted + ")");
            }
            arguments.add(item);
        }
        scope.add(Sort.CORE_INSTANCE, plan.instantiate(module, arguments, at), at);
    }

    /** Whether one can stand for the other as far as types tell; what they grew to is looked at by the engine. */
    private static boolean fits(ExternType given, ExternType wanted) {
        return switch (wanted) {
            case FunctionType f -> f.equals(given);
            case GlobalType g -> g.equals(given);
            case MemoryType m ->
                given instanceof MemoryType memory
                        && within(memory.minimum(), memory.maximum(), m.minimum(), m.maximum());
            case TableType t ->
                given instanceof TableType table
                        && table.element() == t.element()
                        && within(table.minimum(), table.maximum(), t.minimum(), t.maximum());
        };
    }

    private static boolean within(long minimum, OptionalLong maximum, long wantedMinimum, OptionalLong wantedMaximum) {
        return minimum >= wantedMinimum
                && (wantedMaximum.isEmpty()
                        || (maximum.isPresent() && maximum.getAsLong() <= wantedMaximum.getAsLong()));
    }

    void bundle(Definition.CoreBundle d, Scope scope) {
        Map<String, Item.Core> exports = new HashMap<>();
        for (Definition.Named one : d.exports()) {
            Item.Core item =
                    scope.get(one.sort(), one.index(), d.offset(), Item.Core.class, "something a module can import");
            if (exports.put(one.name(), item) != null) {
                throw Refusal.invalid(d.offset(), "export \"" + one.name() + "\" twice (expected: once)");
            }
        }
        scope.add(Sort.CORE_INSTANCE, new Item.CoreBundle(exports), d.offset());
    }

    void alias(Definition.AliasCoreExport d, Scope scope) {
        int at = d.offset();
        Item.CoreInstance instance =
                scope.get(Sort.CORE_INSTANCE, d.instance(), at, Item.CoreInstance.class, "an instance of a module");
        Item.Core item = instance.export(d.name());
        if (item == null || sort(item.type()) != d.sort()) {
            throw Refusal.invalid(
                    at,
                    "core instance " + d.instance() + " exports no " + d.sort() + " \"" + d.name()
                            + "\" (expected: an export of its module)");
        }
        scope.add(d.sort(), item, at);
    }

    private static Sort sort(ExternType type) {
        return switch (type) {
            case FunctionType f -> Sort.CORE_FUNC;
            case MemoryType m -> Sort.CORE_MEMORY;
            case TableType t -> Sort.CORE_TABLE;
            case GlobalType g -> Sort.CORE_GLOBAL;
        };
    }

    void lift(Definition.Lift d, Scope scope) {
        int at = d.offset();
        Item.Func declared = scope.get(Sort.TYPE, d.type(), at, Item.Func.class, "the type of a function");
        FuncType type = declared.type();
        budget.spendType(4 * declared.size(), at);
        Flat.checkRuns(type, at);
        need(Flat.needsMemory(type), d.options().memory(), "memory", at);
        need(Flat.paramsInMemory(type), d.options().realloc(), "realloc", at);
        FunctionType core = CanonicalAbi.liftedType(type);
        Item.Core function = function(d.function(), scope, core, "the core form of the lifted type", at);
        int postReturn = -1;
        if (d.options().postReturn().isPresent()) {
            postReturn = plan.functionSlot(function(
                    d.options().postReturn().getAsInt(),
                    scope,
                    new FunctionType(core.results(), List.of()),
                    "post-return",
                    at));
        }
        CanonOptions options = options(d.options(), postReturn, scope, at);
        LiftedFunction lifted = new LiftedFunction(type, plan.functionSlot(function), options);
        scope.add(Sort.FUNC, new Item.Lifted(lifted), at);
    }

    void lower(Definition.Lower d, Scope scope) {
        int at = d.offset();
        Item.Function function = scope.get(Sort.FUNC, d.function(), at, Item.Function.class, "a function");
        FuncType type = function.type();
        budget.spend(1, at);
        Flat.checkRuns(type, at);
        need(Flat.needsMemory(type), d.options().memory(), "memory", at);
        need(Flat.resultsInMemory(type), d.options().realloc(), "realloc", at);
        if (d.options().postReturn().isPresent()) {
            throw Refusal.invalid(at, "post-return of a lower (expected: of a lift)");
        }
        CanonOptions options = options(d.options(), -1, scope, at);
        FunctionType core = CanonicalAbi.loweredType(type);
        HostDefinition host = switch (function) {
            case Item.Imported i -> new HostDefinition.LowerImport(i, options, core);
            case Item.Lifted l -> new HostDefinition.LowerLifted(type, l.function(), options, core);
        };
        scope.add(Sort.CORE_FUNC, plan.host(host), at);
    }

    private static void need(boolean needed, OptionalInt option, String name, int at) {
        if (needed && option.isEmpty()) {
            throw Refusal.invalid(at, "a function whose values need " + name + " (expected: the option " + name + ")");
        }
    }

    private CanonOptions options(Options options, int postReturn, Scope scope, int at) {
        int memory = -1;
        if (options.memory().isPresent()) {
            memory = plan.memorySlot(scope.get(
                    Sort.CORE_MEMORY, options.memory().getAsInt(), at, Item.InstanceExport.class, "a memory"));
        }
        int realloc = -1;
        if (options.realloc().isPresent()) {
            realloc = plan.functionSlot(function(options.realloc().getAsInt(), scope, REALLOC, "realloc", at));
        }
        return new CanonOptions(options.encoding(), memory, realloc, postReturn, scope.instance());
    }

    private static Item.Core function(int index, Scope scope, FunctionType type, String what, int at) {
        Item.Core function = scope.get(Sort.CORE_FUNC, index, at, Item.Core.class, "a core function");
        if (!function.type().equals(type)) {
            throw Refusal.invalid(
                    at, "core function " + index + " " + function.type() + " (expected: " + type + ", " + what + ")");
        }
        return function;
    }

    int destructor(int index, Scope scope, int at) {
        return plan.functionSlot(function(index, scope, TAKE, "a destructor", at));
    }

    void resource(Definition.Resource d, Scope scope) {
        int at = d.offset();
        ResourceType type = scope.get(Sort.TYPE, d.type(), at, Item.Resource.class, "a resource")
                .type();
        int instance = scope.instance();
        HostDefinition host = switch (d.operation()) {
            case DROP -> new HostDefinition.ResourceDrop(type, instance, TAKE);
            case NEW -> new HostDefinition.ResourceNew(own(type, instance, at), instance, CHANGE);
            case REP -> new HostDefinition.ResourceRep(own(type, instance, at), instance, CHANGE);
        };
        scope.add(Sort.CORE_FUNC, plan.host(host), at);
    }

    private GuestResourceDef own(ResourceType type, int instance, int at) {
        GuestResourceDef definition = plan.resources().get(type);
        if (definition == null || definition.instance() != instance) {
            throw Refusal.invalid(at, "resource " + type + " is of another component (expected: one of this)");
        }
        return definition;
    }
}
