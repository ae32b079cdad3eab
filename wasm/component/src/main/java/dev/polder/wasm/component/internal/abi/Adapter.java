package dev.polder.wasm.component.internal.abi;

import dev.polder.wasm.component.FuncType;
import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.component.ValType;
import dev.polder.wasm.engine.HostCall;
import dev.polder.wasm.engine.HostFunction;
import org.jspecify.annotations.Nullable;

/**
 * A guest's import served by another instance's export: the rules of {@code canon lower} and {@code canon lift}, with the
 * values copied from one guest to the other. The result is copied before post-return frees it. For all instances.
 */
final class Adapter implements HostFunction {

    private static final ResourceType[] NO_TYPES = {};

    private final CanonOptions options;
    private final LiftedFunction target;
    private final Transfer params;
    private final @Nullable Transfer result;
    private final boolean spillsParams;
    private final boolean spillsResult;
    private final int values;
    private final int slots;

    private Adapter(FuncType type, CanonOptions options, LiftedFunction target) {
        if (type.async()) {
            throw Shapes.unsupported("async func");
        }
        Shapes shapes = new Shapes();
        Transfer.Maker maker = new Transfer.Maker();
        this.options = options;
        this.target = target;
        this.params = maker.fields(Shapes.types(type));
        this.result = type.result().map((ValType it) -> maker.of(it)).orElse(null);
        this.spillsParams = shapes.spillsParams(type);
        this.spillsResult = shapes.spillsResult(type);
        this.values = shapes.core(type, false).params().size();
        this.slots = shapes.core(type, false).slots();
    }

    static HostFunction of(FuncType type, CanonOptions options, LiftedFunction target) {
        return new Adapter(type, options, target);
    }

    @Override
    public void call(HostCall call) {
        ComponentState state = ComponentState.of(call);
        CallContext caller = CallContext.leaving(state, options, NO_TYPES);
        CallContext callee = new CallContext(state, target.options(), NO_TYPES);
        callee.instance.enter(caller.instance);
        long[] raw = new long[slots];
        for (int i = 0; i < values; i++) {
            raw[i] = call.raw(i);
        }
        long answer = spillsResult ? call.raw(values) : 0;
        if (spillsParams) {
            long source = caller.checked(raw[0], params.align, params.size);
            raw[0] = callee.allocate(params.align, params.size);
            params.copy(caller, source, callee, raw[0]);
        } else {
            params.pass(caller, callee, raw, 0);
        }
        caller.copiesEnd();
        state.function(target.coreFunction()).callSlots(raw);
        callee.checkReturned();
        Transfer returned = result;
        if (returned != null && spillsResult) {
            long source = callee.checked(raw[0], returned.align, returned.size);
            returned.copy(callee, source, caller, caller.checked(answer, returned.align, returned.size));
        } else if (returned != null) {
            long before = raw[0];
            returned.pass(callee, caller, raw, 0);
            answer = raw[0];
            raw[0] = before;
        }
        callee.postReturn(raw);
        callee.instance.leave(caller.instance);
        callee.copiesEnd();
        caller.release();
        if (returned != null && !spillsResult) {
            call.result(0, answer);
        }
    }
}
