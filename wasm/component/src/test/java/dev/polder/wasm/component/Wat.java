package dev.polder.wasm.component;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Components from their text, by the assembler in Wasmtime's library. It encodes and does not validate. */
@SuppressWarnings("restricted") // native access is what it is for
public final class Wat {

    private static final String VARIABLE = "POLDER_WASMTIME_LIBRARY";
    private static final Map<String, byte[]> KNOWN = new ConcurrentHashMap<>();

    private Wat() {}

    /** The binary form of a text. Skips the test when there is no library. */
    public static byte[] assemble(String text) {
        String library = System.getenv(VARIABLE);
        assumeTrue(library != null, VARIABLE + " names no library; wasm/engine/fetch-wasmtime brings it");
        return KNOWN.computeIfAbsent(text, t -> assemble(Path.of(String.valueOf(library)), t))
                .clone();
    }

    private static byte[] assemble(Path path, String text) {
        try (Arena arena = Arena.ofConfined()) {
            SymbolLookup library = SymbolLookup.libraryLookup(path, Arena.global());
            MethodHandle assemble = Linker.nativeLinker()
                    .downcallHandle(
                            library.find("wasmtime_wat2wasm").orElseThrow(),
                            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
            MethodHandle message = Linker.nativeLinker()
                    .downcallHandle(
                            library.find("wasmtime_error_message").orElseThrow(),
                            FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG));
            MemorySegment wat = arena.allocateFrom(text, StandardCharsets.UTF_8);
            MemorySegment result = arena.allocate(16, 8);
            long error = (long) assemble.invokeExact(wat.address(), wat.byteSize() - 1, result.address());
            if (error != 0) {
                message.invokeExact(error, result.address());
                throw new AssertionError(new String(bytes(result), StandardCharsets.UTF_8));
            }
            return bytes(result);
        } catch (AssertionError e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] bytes(MemorySegment vector) {
        return MemorySegment.ofAddress(vector.get(JAVA_LONG, 8))
                .reinterpret(vector.get(JAVA_LONG, 0))
                .toArray(JAVA_BYTE);
    }
}
