package dev.polder.wasm.component.internal.abi;

import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.Variant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Variants, enums, options and results: a discriminant and what the case carries. */
final class VariantCodec extends Codec {

    /** How the cases look in Java. */
    enum Form {
        VARIANT,
        ENUM,
        OPTION,
        RESULT
    }

    private final Form form;
    private final List<String> names;
    private final @Nullable Codec[] cases;
    private final int discriminant;
    private final int payload;

    VariantCodec(Form form, List<String> names, @Nullable Codec[] cases, int payload, Shapes.Shape shape) {
        super(shape);
        this.form = form;
        this.names = names;
        this.cases = cases;
        this.discriminant = Shapes.discriminantSize(cases.length);
        this.payload = payload;
    }

    @Override
    Object load(CallContext cx, long address) {
        int found = switch (discriminant) {
            case 1 -> cx.memory().getByte(address) & 0xFF;
            case 2 -> cx.memory().getShort(address) & 0xFFFF;
            default -> cx.memory().getInt(address);
        };
        int index = Values.discriminant(found, cases.length);
        Codec inner = cases[index];
        return named(index, inner == null ? null : inner.load(cx, address + payload));
    }

    @Override
    Object lift(CallContext cx, long[] raw, int at) {
        int index = Values.discriminant((int) raw[at], cases.length);
        Codec inner = cases[index];
        return named(index, inner == null ? null : inner.lift(cx, raw, at + 1));
    }

    private Object named(int index, @Nullable Object value) {
        return switch (form) {
            case VARIANT -> new Variant(names.get(index), value);
            case ENUM -> names.get(index);
            case OPTION -> Optional.ofNullable(value);
            case RESULT -> index == 0 ? Result.ok(value) : Result.err(value);
        };
    }

    private int index(Object value) {
        return switch (form) {
            case VARIANT -> names.indexOf(((Variant) value).name());
            case ENUM -> names.indexOf((String) value);
            case OPTION -> ((Optional<?>) value).isPresent() ? 1 : 0;
            case RESULT -> value instanceof Result.Ok<?, ?> ? 0 : 1;
        };
    }

    private static @Nullable Object payload(Object value) {
        return switch (value) {
            case Variant variant -> variant.value();
            case Optional<?> option -> option.orElse(null);
            case Result.Ok<?, ?> ok -> ok.value();
            case Result.Err<?, ?> err -> err.error();
            default -> null;
        };
    }

    @Override
    void store(CallContext cx, Object value, long address) {
        int index = index(value);
        switch (discriminant) {
            case 1 -> cx.memory().setByte(address, (byte) index);
            case 2 -> cx.memory().setShort(address, (short) index);
            default -> cx.memory().setInt(address, index);
        }
        Codec inner = cases[index];
        Object carried = payload(value);
        if (inner != null && carried != null) {
            inner.store(cx, carried, address + payload);
        }
    }

    @Override
    void lower(CallContext cx, Object value, long[] raw, int at) {
        int index = index(value);
        Arrays.fill(raw, at, at + flat, 0);
        raw[at] = index;
        Codec inner = cases[index];
        Object carried = payload(value);
        if (inner != null && carried != null) {
            inner.lower(cx, carried, raw, at + 1);
        }
    }

    @Override
    void check(CallContext cx, @Nullable Object value, String where) {
        boolean fits = switch (form) {
            case VARIANT -> value instanceof Variant v && names.contains(v.name());
            case ENUM -> value instanceof String s && names.contains(s);
            case OPTION -> value instanceof Optional<?>;
            case RESULT -> value instanceof Result<?, ?>;
        };
        if (!fits || value == null) {
            throw unfit(where, value, expected());
        }
        Codec inner = cases[index(value)];
        Object carried = payload(value);
        if (inner != null) {
            inner.check(cx, carried, where + "." + names.get(index(value)));
        } else if (carried != null) {
            throw unfit(where + "." + names.get(index(value)), carried, "null");
        }
    }

    private String expected() {
        return switch (form) {
            case VARIANT -> "Variant of " + names;
            case ENUM -> "String of " + names;
            case OPTION -> "Optional";
            case RESULT -> "Result";
        };
    }
}
