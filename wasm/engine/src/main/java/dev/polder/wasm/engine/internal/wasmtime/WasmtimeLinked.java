package dev.polder.wasm.engine.internal.wasmtime;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.engine.HostFunctions;
import dev.polder.wasm.engine.ImportType;
import dev.polder.wasm.engine.LinkedModule;
import dev.polder.wasm.engine.WasmInstance;
import dev.polder.wasm.engine.WasmStore;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A {@code wasmtime_instance_pre_t}: imports resolved once. Freed when it is closed, or nothing in Java refers to it. */
final class WasmtimeLinked implements LinkedModule {

    private final WasmtimeModule module;
    private final long address;
    private final Cleaner.Cleanable made;
    private volatile boolean closed;

    WasmtimeLinked(WasmtimeModule module, List<HostFunctions.Definition> functions) {
        this.module = module;
        int[] numbers = new int[functions.size()];
        int added = 0;
        long linker = 0;
        try (Arena arena = Arena.ofConfined()) {
            linker = (long) Api.LINKER_NEW.invokeExact(module.engine().address());
            Set<String> seen = new HashSet<>();
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = HostTable.add(functions.get(i));
                added++;
                ImportType type = module.types().imports().get(i);
                if (seen.add(type.module() + "\0" + type.name())) {
                    define(arena, linker, type, functions.get(i), numbers[i]);
                }
            }
            MemorySegment result = arena.allocate(8, 8);
            long error = (long) Api.LINKER_PRE.invokeExact(linker, module.address(), result.address());
            if (error != 0) {
                throw Problem.invalid("the module cannot be linked: " + Native.takeError(error));
            }
            address = result.get(JAVA_LONG, 0);
        } catch (Throwable t) {
            for (int i = 0; i < added; i++) {
                HostTable.remove(numbers[i]);
            }
            throw Native.broken(t);
        } finally {
            free(linker);
        }
        made = WasmtimeModule.CLEANER.register(this, new Free(address, numbers));
    }

    private static void define(Arena arena, long linker, ImportType type, HostFunctions.Definition function, int number)
            throws Throwable {
        MemorySegment moduleName = arena.allocateFrom(type.module(), StandardCharsets.UTF_8);
        MemorySegment name = arena.allocateFrom(type.name(), StandardCharsets.UTF_8);
        long signature = Types.function(function.type());
        long error = (long) Api.LINKER_FUNCTION.invokeExact(
                linker,
                moduleName.address(),
                moduleName.byteSize() - 1,
                name.address(),
                name.byteSize() - 1,
                signature,
                HostTable.CALL,
                (long) number,
                0L);
        Api.FUNCTION_TYPE_DELETE.invokeExact(signature);
        if (error != 0) {
            throw Problem.invalid("the import " + type + " cannot be linked: " + Native.takeError(error));
        }
    }

    private static void free(long linker) {
        if (linker != 0) {
            try {
                Api.LINKER_DELETE.invokeExact(linker);
            } catch (Throwable t) {
                throw Native.broken(t);
            }
        }
    }

    // An instance keeps its linked module, so no guest can call a function after its number was freed.
    @SuppressWarnings("ArrayRecordComponent") // never compared, and never handed out
    private record Free(long address, int[] numbers) implements Runnable {
        @Override
        public void run() {
            try {
                Api.PRE_DELETE.invokeExact(address);
            } catch (Throwable t) {
                throw Native.broken(t);
            }
            for (int number : numbers) {
                HostTable.remove(number);
            }
        }
    }

    long address() {
        if (closed) {
            throw new IllegalStateException("a linked module of " + module.digest() + " was closed");
        }
        return address;
    }

    @Override
    public void close() {
        closed = true;
        made.clean();
    }

    @Override
    public WasmtimeModule module() {
        return module;
    }

    @Override
    public WasmInstance instantiate(WasmStore store, boolean ownsStore) {
        return WasmtimeStore.of(store, module.engine()).instantiate(this, ownsStore);
    }
}
