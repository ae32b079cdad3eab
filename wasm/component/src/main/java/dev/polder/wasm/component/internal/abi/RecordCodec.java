package dev.polder.wasm.component.internal.abi;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Records, as maps by field name, and tuples, as lists. */
final class RecordCodec extends Codec {

    private final @Nullable List<String> names;
    private final Codec[] fields;
    private final int[] offsets;

    /** @param names of the fields, null for a tuple */
    RecordCodec(@Nullable List<String> names, Codec[] fields, int[] offsets, Shapes.Shape shape) {
        super(shape);
        this.names = names;
        this.fields = fields;
        this.offsets = offsets;
    }

    Codec field(int index) {
        return fields[index];
    }

    @Override
    Object load(CallContext cx, long address) {
        List<Object> values = new ArrayList<>(fields.length);
        for (int i = 0; i < fields.length; i++) {
            values.add(fields[i].load(cx, address + offsets[i]));
        }
        return named(values);
    }

    @Override
    Object lift(CallContext cx, long[] raw, int at) {
        List<Object> values = new ArrayList<>(fields.length);
        int next = at;
        for (Codec field : fields) {
            values.add(field.lift(cx, raw, next));
            next += field.flat;
        }
        return named(values);
    }

    private Object named(List<Object> values) {
        List<String> keys = names;
        if (keys == null) {
            return values;
        }
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            map.put(keys.get(i), values.get(i));
        }
        return map;
    }

    @Override
    void store(CallContext cx, Object value, long address) {
        Object[] values = values(value);
        for (int i = 0; i < fields.length; i++) {
            fields[i].store(cx, values[i], address + offsets[i]);
        }
    }

    @Override
    void lower(CallContext cx, Object value, long[] raw, int at) {
        Object[] values = values(value);
        int next = at;
        for (int i = 0; i < fields.length; i++) {
            fields[i].lower(cx, values[i], raw, next);
            next += fields[i].flat;
        }
    }

    private Object[] values(Object value) {
        List<String> keys = names;
        if (keys == null) {
            return ((Collection<?>) value).toArray();
        }
        Map<?, ?> map = (Map<?, ?>) value;
        Object[] values = new Object[fields.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Objects.requireNonNull(map.get(keys.get(i)), keys.get(i));
        }
        return values;
    }

    @Override
    void check(CallContext cx, @Nullable Object value, String where) {
        List<String> keys = names;
        if (keys == null) {
            if (!(value instanceof List<?> items) || items.size() != fields.length) {
                throw unfit(where, value, "List of " + fields.length);
            }
            for (int i = 0; i < fields.length; i++) {
                fields[i].check(cx, items.get(i), where + "[" + i + "]");
            }
            return;
        }
        if (!(value instanceof Map<?, ?> map) || map.size() != fields.length) {
            throw unfit(where, value, "Map of " + keys);
        }
        for (int i = 0; i < fields.length; i++) {
            fields[i].check(cx, map.get(keys.get(i)), where + "." + keys.get(i));
        }
    }
}
