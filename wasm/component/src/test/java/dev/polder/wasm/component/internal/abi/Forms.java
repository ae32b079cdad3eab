package dev.polder.wasm.component.internal.abi;

import dev.polder.wasm.component.Result;
import dev.polder.wasm.component.ValType;
import dev.polder.wasm.component.ValType.Primitive;
import dev.polder.wasm.component.Variant;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Turns values from their default form into that of Java types, and back, by reflection. */
final class Forms {

    private Forms() {}

    static Object typed(TypeMatch match, Object value) {
        return switch (match) {
            case TypeMatch.Primitive p ->
                p.type() == Primitive.U32 && (p.java() == long.class || p.java() == Long.class)
                        ? (Object) Integer.toUnsignedLong((Integer) value)
                        : value;
            case TypeMatch.Text t -> value;
            case TypeMatch.Numeric n -> value instanceof byte[] ? value : array(n.java(), (List<?>) value);
            case TypeMatch.Items i ->
                ((List<?>) value).stream().map(v -> typed(i.element(), v)).toList();
            case TypeMatch.Fields f -> {
                List<?> values = value instanceof Map<?, ?> map ? new ArrayList<>(map.values()) : (List<?>) value;
                Object[] parts = new Object[values.size()];
                for (int i = 0; i < parts.length; i++) {
                    parts[i] = typed(f.fields().get(i), values.get(i));
                }
                yield construct(f.java(), parts);
            }
            case TypeMatch.Cases c -> {
                Variant variant = (Variant) value;
                List<ValType.Case> cases = ((ValType.VariantOf) c.type()).cases();
                TypeMatch.Case found = c.cases()
                        .get(cases.stream().map(ValType.Case::name).toList().indexOf(variant.name()));
                yield found.payload()
                        .map(p -> construct(found.java(), typed(p, variant.value())))
                        .orElseGet(() -> construct(found.java()));
            }
            case TypeMatch.Names n ->
                n.constants().get(((ValType.EnumOf) n.type()).names().indexOf((String) value));
            case TypeMatch.Flags f -> {
                int bits = 0;
                for (Object name : (Set<?>) value) {
                    bits |= 1 << f.type().names().indexOf((String) name);
                }
                yield bits;
            }
            case TypeMatch.Option o -> ((Optional<?>) value).map(v -> typed(o.some(), v));
            case TypeMatch.Outcome o ->
                switch ((Result<?, ?>) value) {
                    case Result.Ok<?, ?> ok ->
                        Result.ok(o.ok().map(m -> typed(m, ok.value())).orElse(null));
                    case Result.Err<?, ?> err ->
                        Result.err(o.error().map(m -> typed(m, err.error())).orElse(null));
                };
            case TypeMatch.Handle h -> value;
        };
    }

    private static Object array(Class<?> type, List<?> values) {
        Object array = Array.newInstance(type.componentType(), values.size());
        for (int i = 0; i < values.size(); i++) {
            Object value = values.get(i);
            if (type == long[].class && value instanceof Integer narrow) {
                Array.set(array, i, Integer.toUnsignedLong(narrow));
            } else {
                Array.set(array, i, value);
            }
        }
        return array;
    }

    private static Object construct(Class<?> record, Object... parts) {
        try {
            return record.getDeclaredConstructors()[0].newInstance(parts);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object get(Object record, String accessor) {
        try {
            Method method = record.getClass().getMethod(accessor);
            return method.invoke(record);
        } catch (InvocationTargetException | NoSuchMethodException | IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The default form, with arrays as lists so that values can be compared. */
    static Object plain(TypeMatch match, Object value) {
        return switch (match) {
            case TypeMatch.Primitive p -> p.type() == Primitive.U32 ? (Object) ((Number) value).intValue() : value;
            case TypeMatch.Text t -> value;
            case TypeMatch.Numeric n -> {
                boolean narrow = ((ValType.ListOf) n.type()).element() == Primitive.U32;
                List<Object> values = new ArrayList<>();
                for (int i = 0; i < Array.getLength(value); i++) {
                    Object item = Array.get(value, i);
                    values.add(narrow ? (Object) ((Number) item).intValue() : item);
                }
                yield values;
            }
            case TypeMatch.Items i ->
                ((List<?>) value).stream().map(v -> plain(i.element(), v)).toList();
            case TypeMatch.Fields f -> {
                List<Object> values = new ArrayList<>();
                for (int i = 0; i < f.fields().size(); i++) {
                    values.add(plain(f.fields().get(i), get(value, f.accessors().get(i))));
                }
                if (f.type() instanceof ValType.RecordOf record) {
                    Map<String, Object> map = new LinkedHashMap<>();
                    for (int i = 0; i < values.size(); i++) {
                        map.put(record.fields().get(i).name(), values.get(i));
                    }
                    yield map;
                }
                yield values;
            }
            case TypeMatch.Cases c -> {
                int index =
                        c.cases().stream().map(TypeMatch.Case::java).toList().indexOf(value.getClass());
                TypeMatch.Case found = c.cases().get(index);
                yield new Variant(
                        ((ValType.VariantOf) c.type()).cases().get(index).name(),
                        found.payload()
                                .map(p -> plain(p, get(value, found.accessor().orElseThrow())))
                                .orElse(null));
            }
            case TypeMatch.Names n ->
                ((ValType.EnumOf) n.type()).names().get(n.constants().indexOf(value));
            case TypeMatch.Flags f -> {
                Set<String> set = new LinkedHashSet<>();
                for (int i = 0; i < f.type().names().size(); i++) {
                    if (((Integer) value >>> i & 1) != 0) {
                        set.add(f.type().names().get(i));
                    }
                }
                yield set;
            }
            case TypeMatch.Option o -> ((Optional<?>) value).map(v -> plain(o.some(), v));
            case TypeMatch.Outcome o ->
                switch ((Result<?, ?>) value) {
                    case Result.Ok<?, ?> ok ->
                        Result.ok(o.ok().map(m -> plain(m, ok.value())).orElse(null));
                    case Result.Err<?, ?> err ->
                        Result.err(o.error().map(m -> plain(m, err.error())).orElse(null));
                };
            case TypeMatch.Handle h -> value;
        };
    }

    /** A default form with byte arrays as lists. */
    static Object comparable(Object value) {
        return switch (value) {
            case null -> "null";
            case byte[] bytes -> {
                List<Object> list = new ArrayList<>();
                for (byte b : bytes) {
                    list.add(b);
                }
                yield list;
            }
            case List<?> list -> list.stream().map(Forms::comparable).toList();
            case Map<?, ?> map -> {
                Map<Object, Object> copy = new LinkedHashMap<>();
                map.forEach((k, v) -> copy.put(k, comparable(v)));
                yield copy;
            }
            case Variant variant -> new Variant(variant.name(), comparable(variant.value()));
            case Optional<?> option -> option.map(Forms::comparable);
            case Result.Ok<?, ?> ok -> Result.ok(comparable(ok.value()));
            case Result.Err<?, ?> err -> Result.err(comparable(err.error()));
            default -> value;
        };
    }
}
