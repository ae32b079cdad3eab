package dev.polder.bench.abi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.polder.wasm.engine.internal.wasmtime.NativeLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/** Wasmtime's C API for components, as far as the benchmark needs it. */
final class Wasmtime {

    static final MemorySegment ALL = all();

    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup LIBRARY = library();

    static final MethodHandle CALL =
            function("wasmtime_component_func_call", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final MethodHandle DELETE = nothing("wasmtime_component_val_delete", JAVA_LONG);

    /** Bytes of {@code wasmtime_component_val_t}: a kind, and at 8 a union of 24. */
    static final int VALUE = 32;
    /** Bytes of a field: a name, then a value. */
    static final int FIELD = 48;

    static final byte S32 = 5;
    static final byte U32 = 6;
    static final byte U64 = 8;
    static final byte U8 = 2;
    static final byte STRING = 12;
    static final byte LIST = 13;
    static final byte RECORD = 14;

    private final Arena arena;
    private final MemorySegment context;
    private final MemorySegment instance;

    Wasmtime(Arena arena, String component) throws Throwable {
        this.arena = arena;
        byte[] bytes = assemble(component);
        MemorySegment engine = pointer("wasm_engine_new");
        MemorySegment store = pointer("wasmtime_store_new", engine, MemorySegment.NULL, MemorySegment.NULL);
        context = pointer("wasmtime_store_context", store);
        MemorySegment out = arena.allocate(ADDRESS);
        check((long) function("wasmtime_component_new", ADDRESS, ADDRESS, JAVA_LONG, ADDRESS)
                .invokeExact(engine, arena.allocateFrom(JAVA_BYTE, bytes), (long) bytes.length, out));
        MemorySegment linker = pointer("wasmtime_component_linker_new", engine);
        instance = arena.allocate(32, 8);
        check((long) function("wasmtime_component_linker_instantiate", ADDRESS, ADDRESS, ADDRESS, ADDRESS)
                .invokeExact(linker, context, out.get(ADDRESS, 0), instance));
    }

    @SuppressWarnings("restricted")
    private static MemorySegment all() {
        return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    }

    @SuppressWarnings("restricted")
    private static SymbolLookup library() {
        return SymbolLookup.libraryLookup(NativeLibrary.find(System.getenv()).path(), Arena.global());
    }

    /** Gives a pointer or a size. */
    @SuppressWarnings("restricted")
    private static MethodHandle function(String name, MemoryLayout... args) {
        return LINKER.downcallHandle(LIBRARY.findOrThrow(name), FunctionDescriptor.of(JAVA_LONG, args));
    }

    @SuppressWarnings("restricted")
    private static MethodHandle nothing(String name, MemoryLayout... args) {
        return LINKER.downcallHandle(LIBRARY.findOrThrow(name), FunctionDescriptor.ofVoid(args));
    }

    private static MemorySegment pointer(String name, MemorySegment... args) throws Throwable {
        MemoryLayout[] layouts = new MemoryLayout[args.length];
        java.util.Arrays.fill(layouts, ADDRESS);
        return MemorySegment.ofAddress((long) function(name, layouts).invokeWithArguments((Object[]) args));
    }

    static byte[] assemble(String text) throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            MemorySegment vector = arena.allocate(16, 8);
            check((long) function("wasmtime_wat2wasm", ADDRESS, JAVA_LONG, ADDRESS)
                    .invokeExact(arena.allocateFrom(JAVA_BYTE, utf8), (long) utf8.length, vector));
            return ALL.asSlice(vector.get(JAVA_LONG, 8), vector.get(JAVA_LONG, 0))
                    .toArray(JAVA_BYTE);
        }
    }

    static void check(long error) throws Throwable {
        if (error != 0) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment vector = arena.allocate(16, 8);
                nothing("wasmtime_error_message", JAVA_LONG, ADDRESS).invokeExact(error, vector);
                byte[] text = ALL.asSlice(vector.get(JAVA_LONG, 8), vector.get(JAVA_LONG, 0))
                        .toArray(JAVA_BYTE);
                throw new IllegalStateException(new String(text, StandardCharsets.UTF_8));
            }
        }
    }

    long context() {
        return context.address();
    }

    /** Address of an exported function. */
    @SuppressWarnings("restricted")
    long export(String name) throws Throwable {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        long index = (long)
                function("wasmtime_component_instance_get_export_index", ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG)
                        .invokeExact(instance, context, MemorySegment.NULL, arena.allocateFrom(JAVA_BYTE, utf8), (long)
                                utf8.length);
        MemorySegment function = arena.allocate(32, 8);
        boolean found = (boolean) LINKER.downcallHandle(
                        LIBRARY.findOrThrow("wasmtime_component_instance_get_func"),
                        FunctionDescriptor.of(JAVA_BOOLEAN, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS))
                .invokeExact(instance, context, index, function);
        if (!found) {
            throw new IllegalStateException("no export " + name);
        }
        return function.address();
    }

    static void kind(long value, byte kind) {
        ALL.set(JAVA_BYTE, value, kind);
    }

    static int getInt(long value) {
        return ALL.get(JAVA_INT, value + 8);
    }

    static long getLong(long value) {
        return ALL.get(JAVA_LONG, value + 8);
    }

    /** The second half of a string or list. */
    static long getPointer(long value) {
        return ALL.get(JAVA_LONG, value + 16);
    }

    static void setInt(long value, byte kind, int number) {
        kind(value, kind);
        ALL.set(JAVA_INT, value + 8, number);
    }

    static void setLong(long value, byte kind, long number) {
        kind(value, kind);
        ALL.set(JAVA_LONG, value + 8, number);
    }

    static void setVector(long value, byte kind, long size, long pointer) {
        kind(value, kind);
        ALL.set(JAVA_LONG, value + 8, size);
        ALL.set(JAVA_LONG, value + 16, pointer);
    }
}
