package dev.polder.wasm.component.internal.abi;

import dev.polder.wasm.component.FuncType;
import dev.polder.wasm.engine.FunctionType;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A function type made ready for calls that go through {@link Codec}s. */
final class Signature {

    final FuncType type;
    final FunctionType lowered;
    final FunctionType lifted;
    final RecordCodec params;
    final @Nullable Codec result;
    final boolean spillsParams;
    final boolean spillsResult;

    Signature(FuncType type) {
        if (type.async()) {
            throw Shapes.unsupported("async func");
        }
        Shapes shapes = new Shapes();
        Codecs codecs = new Codecs(shapes);
        this.type = type;
        this.lowered = shapes.core(type, true);
        this.lifted = shapes.core(type, false);
        this.params = codecs.record(null, Shapes.types(type), shapes.params(type));
        this.result = type.result().map(codecs::of).orElse(null);
        this.spillsParams = shapes.spillsParams(type);
        this.spillsResult = shapes.spillsResult(type);
    }

    /** Takes the arguments of a call out of a component. */
    Object liftParams(CallContext cx, long[] raw) {
        return spillsParams ? params.load(cx, cx.checked(raw[0], params.align, params.size)) : params.lift(cx, raw, 0);
    }

    /** Puts the arguments of a call into a component. */
    void lowerParams(CallContext cx, Object arguments, long[] raw) {
        if (spillsParams) {
            long address = cx.allocate(params.align, params.size);
            params.store(cx, arguments, address);
            raw[0] = address;
        } else {
            params.lower(cx, arguments, raw, 0);
        }
    }

    /** Takes the result of a call into a component. */
    Optional<Object> liftResult(CallContext cx, long[] raw) {
        Codec codec = result;
        if (codec == null) {
            return Optional.empty();
        }
        return Optional.of(
                spillsResult ? codec.load(cx, cx.checked(raw[0], codec.align, codec.size)) : codec.lift(cx, raw, 0));
    }

    /**
     * Puts the result of a call out of a component; in memory where the last argument points to, or else into {@code
     * raw}.
     */
    void lowerResult(CallContext cx, Optional<Object> value, long[] raw) {
        Codec codec = result;
        if (codec == null) {
            return;
        }
        Object present = value.orElseThrow();
        if (spillsResult) {
            codec.store(cx, present, cx.checked(raw[lowered.params().size() - 1], codec.align, codec.size));
        } else {
            codec.lower(cx, present, raw, 0);
        }
    }

    /** Refuses arguments of another form. */
    void check(CallContext cx, @Nullable Object[] arguments) {
        int expected = type.params().size();
        if (arguments.length != expected) {
            throw dev.polder.kernel.model.Problem.invalid(
                    "arguments: " + arguments.length + " (expected: " + expected + ")");
        }
        IntStream.range(0, expected)
                .forEach(i -> params.field(i)
                        .check(cx, arguments[i], type.params().get(i).name()));
    }
}
