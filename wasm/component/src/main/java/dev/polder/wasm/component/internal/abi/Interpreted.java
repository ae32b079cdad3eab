package dev.polder.wasm.component.internal.abi;

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

    /** A guest's import, step by step, which generated code is compared with: the rules of {@code canon lower}. */
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

    /** The host's call of an export: the rules of {@code canon lift}. */
    static @Nullable Object call(ComponentState state, LiftedFunction function, @Nullable Object... arguments) {
        Signature signature = new Signature(function.type());
        CallContext cx = new CallContext(state, function.options(), NO_TYPES);
        signature.check(cx, arguments);
        cx.instance.enter(null);
        long[] raw = new long[signature.lifted.slots()];
        signature.lowerParams(cx, Arrays.asList(arguments), raw);
        state.function(function.coreFunction()).callSlots(raw);
        Optional<Object> result = signature.liftResult(cx, raw);
        cx.checkReturned();
        cx.postReturn(raw);
        cx.instance.leave(null);
        cx.copiesEnd();
        return result.orElse(null);
    }
}
