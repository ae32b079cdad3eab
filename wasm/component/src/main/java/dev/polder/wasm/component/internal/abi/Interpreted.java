package dev.polder.wasm.component.internal.abi;

import dev.polder.wasm.component.FuncType;
import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.engine.HostCall;
import dev.polder.wasm.engine.HostFunction;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Calls that go through {@link Codec}s. */
final class Interpreted {

    private static final ResourceType[] NO_TYPES = {};

    private Interpreted() {}

    /** What serves an import. */
    interface Target {
        Optional<Object> call(CallContext caller, List<?> arguments) throws Exception;
    }

    /** A guest's import: the rules of {@code canon lower}. */
    static HostFunction lower(Signature signature, CanonOptions options, Target target) {
        int params = signature.lowered.params().size();
        int results = signature.lowered.results().size();
        return call -> {
            ComponentState state = ComponentState.of(call);
            CallContext cx = new CallContext(state, options, NO_TYPES);
            cx.instance.checkMayLeave();
            long[] raw = arguments(call, params, results);
            List<?> arguments = (List<?>) signature.liftParams(cx, raw);
            signature.lowerResult(cx, target.call(cx, arguments), raw);
            cx.release();
            if (results > 0) {
                call.result(0, raw[0]);
            }
        };
    }

    private static long[] arguments(HostCall call, int params, int results) {
        long[] raw = new long[Math.max(params, results)];
        for (int i = 0; i < params; i++) {
            raw[i] = call.raw(i);
        }
        return raw;
    }

    /** A guest's import served by another instance's export. */
    static HostFunction lower(FuncType type, CanonOptions options, LiftedFunction target) {
        Signature caller = new Signature(type, true);
        Signature callee = new Signature(target.type(), true);
        return lower(caller, options, (from, arguments) -> lift(callee, target, from, arguments));
    }

    /**
     * Calls an export: the rules of {@code canon lift}. Post-return runs before the caller sees the result, which by then
     * is the host's own copy.
     */
    private static Optional<Object> lift(
            Signature signature, LiftedFunction function, CallContext caller, List<?> arguments) {
        return lift(signature, function, caller.state, caller.instance, arguments);
    }

    private static Optional<Object> lift(
            Signature signature,
            LiftedFunction function,
            ComponentState state,
            @Nullable InstanceState caller,
            List<?> arguments) {
        CallContext cx = new CallContext(state, function.options(), NO_TYPES);
        cx.instance.enter(caller);
        long[] raw = new long[signature.lifted.slots()];
        signature.lowerParams(cx, arguments, raw);
        state.function(function.coreFunction()).callSlots(raw);
        Optional<Object> result = signature.liftResult(cx, raw);
        cx.checkReturned();
        cx.postReturn(raw);
        cx.instance.leave(caller);
        return result;
    }

    /** The host's call of an export. */
    static @Nullable Object call(ComponentState state, LiftedFunction function, @Nullable Object... arguments) {
        Signature signature = new Signature(function.type(), false);
        signature.check(new CallContext(state, function.options(), NO_TYPES), arguments);
        return lift(signature, function, state, null, Arrays.asList(arguments)).orElse(null);
    }
}
