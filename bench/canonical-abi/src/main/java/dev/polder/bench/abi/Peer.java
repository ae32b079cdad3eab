package dev.polder.bench.abi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The exports by Wasmtime's own component API: values are built in memory that is used again, and freed after. */
final class Peer implements Echo {

    private static final String[] FIELDS = {"id", "count", "name"};

    private final Wasmtime wasmtime;
    private final long add;
    private final long text;
    private final long records;
    private final long bytes;
    private final long args;
    private final long result;
    private final long scratch;
    private final long[] names = new long[FIELDS.length];

    Peer(Arena arena) throws Throwable {
        wasmtime = new Wasmtime(arena, Guest.COMPONENT);
        add = wasmtime.export("add");
        text = wasmtime.export("text");
        records = wasmtime.export("records");
        bytes = wasmtime.export("bytes");
        args = arena.allocate(2 * Wasmtime.VALUE, 8).address();
        result = arena.allocate(Wasmtime.VALUE, 8).address();
        scratch = arena.allocate(64L << 20, 8).address();
        for (int i = 0; i < names.length; i++) {
            names[i] = arena.allocateFrom(JAVA_BYTE, FIELDS[i].getBytes(StandardCharsets.UTF_8))
                    .address();
        }
    }

    private void call(long function, long count) {
        try {
            long error = (long) Wasmtime.CALL.invokeExact(function, wasmtime.context(), args, count, result, 1L);
            if (error != 0) {
                Wasmtime.check(error);
            }
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }

    private void free() {
        try {
            Wasmtime.DELETE.invokeExact(result);
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }

    @Override
    public int add(int a, int b) {
        Wasmtime.setInt(args, Wasmtime.S32, a);
        Wasmtime.setInt(args + Wasmtime.VALUE, Wasmtime.S32, b);
        call(add, 2);
        return Wasmtime.getInt(result);
    }

    private static long string(String value, long at, long target) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        MemorySegment.copy(utf8, 0, Wasmtime.ALL, JAVA_BYTE, at, utf8.length);
        Wasmtime.setVector(target, Wasmtime.STRING, utf8.length, at);
        return at + utf8.length;
    }

    private static String string(long value) {
        byte[] utf8 = new byte[(int) Wasmtime.getLong(value)];
        MemorySegment.copy(Wasmtime.ALL, JAVA_BYTE, Wasmtime.getPointer(value), utf8, 0, utf8.length);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    @Override
    public String text(String value) {
        string(value, scratch, args);
        call(text, 1);
        String answer = string(result);
        free();
        return answer;
    }

    @Override
    public List<Item> records(List<Item> items) {
        int count = items.size();
        long fields = scratch + (long) count * Wasmtime.VALUE;
        long strings = fields + (long) count * FIELDS.length * Wasmtime.FIELD;
        for (int i = 0; i < count; i++) {
            Item item = items.get(i);
            long record = fields + (long) i * FIELDS.length * Wasmtime.FIELD;
            for (int f = 0; f < FIELDS.length; f++) {
                Wasmtime.ALL.set(JAVA_LONG, record + (long) f * Wasmtime.FIELD, FIELDS[f].length());
                Wasmtime.ALL.set(JAVA_LONG, record + (long) f * Wasmtime.FIELD + 8, names[f]);
            }
            Wasmtime.setInt(record + 16, Wasmtime.U32, item.id());
            Wasmtime.setLong(record + Wasmtime.FIELD + 16, Wasmtime.U64, item.count());
            strings = string(item.name(), strings, record + 2 * Wasmtime.FIELD + 16);
            Wasmtime.setVector(scratch + (long) i * Wasmtime.VALUE, Wasmtime.RECORD, FIELDS.length, record);
        }
        Wasmtime.setVector(args, Wasmtime.LIST, count, scratch);
        call(records, 1);
        int length = (int) Wasmtime.getLong(result);
        List<Item> answer = new ArrayList<>(length);
        for (int i = 0; i < length; i++) {
            long record = Wasmtime.getPointer(Wasmtime.getPointer(result) + (long) i * Wasmtime.VALUE);
            answer.add(new Item(
                    Wasmtime.getInt(record + 16),
                    Wasmtime.getLong(record + Wasmtime.FIELD + 16),
                    string(record + 2 * Wasmtime.FIELD + 16)));
        }
        free();
        return answer;
    }

    @Override
    public byte[] bytes(byte[] value) {
        for (int i = 0; i < value.length; i++) {
            long at = scratch + (long) i * Wasmtime.VALUE;
            Wasmtime.kind(at, Wasmtime.U8);
            Wasmtime.ALL.set(JAVA_BYTE, at + 8, value[i]);
        }
        Wasmtime.setVector(args, Wasmtime.LIST, value.length, scratch);
        call(bytes, 1);
        byte[] answer = new byte[(int) Wasmtime.getLong(result)];
        long data = Wasmtime.getPointer(result);
        for (int i = 0; i < answer.length; i++) {
            answer[i] = Wasmtime.ALL.get(JAVA_BYTE, data + (long) i * Wasmtime.VALUE + 8);
        }
        free();
        return answer;
    }
}
