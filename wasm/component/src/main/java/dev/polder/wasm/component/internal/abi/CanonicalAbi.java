package dev.polder.wasm.component.internal.abi;

import dev.polder.wasm.component.FuncType;
import dev.polder.wasm.component.HostResource;
import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.engine.FunctionType;
import dev.polder.wasm.engine.HostFunction;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The synchronous canonical ABI. What it returns serves every instance of a linked component at the same time: what
 * belongs to one instance is taken from its {@link ComponentState}. A guest that breaks a rule is ended by a {@link
 * dev.polder.wasm.engine.WasmTrap}; its instances cannot be entered any more. Source: component-model, CanonicalABI.md.
 */
public final class CanonicalAbi {

    private static final ResourceType[] NO_TYPES = {};

    private CanonicalAbi() {}

    /** A guest's import served by a Java method: {@code canon lower} of a host function. */
    public static HostFunction lower(FuncType type, CanonOptions options, HostMethod target) {
        return target.lower(type, options);
    }

    /** A guest's import served by another component instance's export. */
    public static HostFunction lower(FuncType type, CanonOptions options, LiftedFunction target) {
        return Adapter.of(type, options, target);
    }

    /**
     * A guest's import that answers with nothing, which is zero in every type: an empty list, none, the first case. Its
     * arguments are not looked at.
     */
    public static HostFunction nothing(FuncType type, CanonOptions options) {
        Shapes shapes = new Shapes();
        int pointer = shapes.core(type, false).params().size();
        boolean spills = shapes.spillsResult(type);
        Optional<Shapes.Shape> result = type.result().map(shapes::of);
        return call -> {
            CallContext cx = CallContext.leaving(ComponentState.of(call), options, NO_TYPES);
            if (result.isPresent() && spills) {
                int size = result.get().size();
                long address = cx.checked(call.raw(pointer), result.get().align(), size);
                cx.memory().slice(address, size).fill((byte) 0);
            } else if (result.isPresent()) {
                call.result(0, 0);
            }
        };
    }

    /** The type of the core function that a {@code canon lower} makes. */
    public static FunctionType loweredType(FuncType type) {
        return new Shapes().core(type, true);
    }

    /** The type that the core function of a {@code canon lift} must have. */
    public static FunctionType liftedType(FuncType type) {
        return new Shapes().core(type, false);
    }

    /** {@code canon resource.new}, (i32) -> i32. */
    public static HostFunction resourceNew(GuestResourceDef resource, int instance) {
        return call -> {
            InstanceState self = ComponentState.of(call).instance(instance);
            self.checkMayLeave();
            call.returnI32(self.handles.add(new ResourceHandle(resource.type(), null, call.i32(0), null)));
        };
    }

    /** {@code canon resource.rep}, (i32) -> i32. */
    public static HostFunction resourceRep(GuestResourceDef resource, int instance) {
        return call -> {
            InstanceState self = ComponentState.of(call).instance(instance);
            call.returnI32(self.handles.resource(call.i32(0), resource.type()).rep);
        };
    }

    /** {@code canon resource.drop}, (i32) -> (); of a guest's resource when the layout has it, else of the host's. */
    public static HostFunction resourceDrop(ResourceType resource, int instance) {
        return call -> {
            ComponentState state = ComponentState.of(call);
            InstanceState self = state.instance(instance);
            self.checkMayLeave();
            ResourceHandle handle = self.handles.removeResource(call.i32(0), resource);
            CallContext lentBy = handle.scope;
            HostResource host = handle.host;
            if (lentBy != null) {
                lentBy.returned();
            } else if (host != null) {
                host.drop();
            } else {
                state.destroy(resource, handle.rep, self);
            }
        };
    }

    /**
     * Calls an export with default Java forms: record → {@code LinkedHashMap<String, Object>}, tuple → List, variant →
     * {@link dev.polder.wasm.component.Variant}, enum → String, flags → {@code Set<String>}, option → Optional, result →
     * {@link dev.polder.wasm.component.Result}, list of u8 → byte[], other lists → List, char → Integer, numbers as in the
     * README (boxed), handles → the HostResource or {@link dev.polder.wasm.component.GuestResource}.
     *
     * @return the result, or null when the function has none
     * @throws dev.polder.kernel.model.Problem INVALID when an argument has another form; then nothing was called
     */
    public static @Nullable Object call(ComponentState state, LiftedFunction function, @Nullable Object... arguments) {
        return Interpreted.call(state, function, arguments);
    }
}
