package dev.polder.wasm.engine;

import dev.polder.kernel.model.Digest;
import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One script of the core specification's tests, as {@code wasm-tools json-from-wast} writes it, run in one store. */
final class SpecScript implements AutoCloseable {

    /**
     * How it went.
     *
     * @param failed line, command and what was wrong
     * @param left commands that cannot be run: text that is none of ours, references and vectors, which the host passes to
     *     nobody, and what comes after a module that is refused by name
     */
    record Report(int passed, List<String> failed, int left) {}

    private static final InstanceLimits LIMITS = InstanceLimits.DEFAULT
            .withCounts(10_000, 10_000, 10_000)
            .withMemoryBytes(4L << 30)
            .withTableElements(20_000_000)
            .withWallTime(Duration.ofMinutes(2));

    /** What a command can only be left out for. */
    private static final class Left extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Left() {
            super(null, null, false, false);
        }
    }

    /** What version 2 forbade and 3 does not: several memories, and their numbers in more than one byte. */
    private static final Set<String> LIFTED = Set.of("multiple memories", "zero byte expected");

    private final Path folder;
    private final WasmEngine engine;
    private final boolean quiet;
    private final WasmStore store;
    private final Map<String, CompiledModule> defined = new HashMap<>();
    private final Map<String, WasmInstance> named = new HashMap<>();
    private final Map<String, WasmInstance> registered = new LinkedHashMap<>();
    private @Nullable WasmInstance last;

    /**
     * @param spectest what every script may import
     * @param quiet whether a NaN that arithmetic gives has to be a quiet one
     */
    SpecScript(WasmEngine engine, Path folder, byte[] spectest, boolean quiet) {
        this.engine = engine;
        this.quiet = quiet;
        this.folder = folder;
        store = engine.newStore(LIMITS, null);
        registered.put("spectest", store.instantiate(compile(spectest), Imports.NONE));
    }

    Report run(Path script) throws IOException {
        int passed = 0;
        int left = 0;
        List<String> failed = new ArrayList<>();
        for (JsonNode command :
                new JsonMapper().readTree(Files.readAllBytes(script)).get("commands")) {
            String wrong;
            try {
                wrong = run(command);
            } catch (Left e) {
                left++;
                continue;
            } catch (WasmTrap | Problem e) {
                wrong = e.toString();
            }
            if (wrong.isEmpty()) {
                passed++;
            } else {
                failed.add(script.getFileName() + ":" + command.get("line") + " "
                        + command.get("type").asString() + ": " + wrong);
            }
        }
        return new Report(passed, failed, left);
    }

    private String run(JsonNode command) throws IOException {
        return switch (command.get("type").asString()) {
            case "module" -> {
                last = null;
                last = keep(name(command, "name"), make(module(command)));
                yield "";
            }
            case "module_definition" -> {
                CompiledModule module = module(command);
                defined.put(name(command, "name"), module);
                defined.put("", module);
                yield "";
            }
            case "module_instance" -> {
                last = null;
                last = keep(name(command, "instance"), make(there(defined.get(name(command, "module")))));
                yield "";
            }
            case "register" -> {
                registered.put(command.get("as").asString(), instance(name(command, "name")));
                yield "";
            }
            case "action" -> {
                act(command.get("action"));
                yield "";
            }
            case "assert_return" -> returns(act(command.get("action")), command.get("expected"));
            case "assert_trap", "assert_exhaustion", "assert_uninstantiable" -> traps(command);
            case "assert_unlinkable" -> isRefused(command, true);
            case "assert_invalid", "assert_malformed" -> isRefused(command, false);
            default -> throw new Left();
        };
    }

    private static String name(JsonNode command, String key) {
        return command.hasNonNull(key) ? command.get(key).asString() : "";
    }

    private static <T> T there(@Nullable T value) {
        if (value == null) {
            throw new Left();
        }
        return value;
    }

    private WasmInstance keep(String name, WasmInstance instance) {
        if (!name.isEmpty()) {
            named.put(name, instance);
        }
        return instance;
    }

    private WasmInstance instance(String name) {
        return there(name.isEmpty() ? last : named.get(name));
    }

    private CompiledModule compile(byte[] bytes) {
        return engine.compile(bytes, Digest.of(bytes));
    }

    /** Left out when it needs what the engine does not have. */
    private CompiledModule module(JsonNode command) throws IOException {
        if (!command.path("module_type").asString("binary").equals("binary")) {
            throw new Left();
        }
        try {
            return compile(
                    Files.readAllBytes(folder.resolve(command.get("filename").asString())));
        } catch (Problem e) {
            if (e.code() == Problem.Code.UNSUPPORTED) {
                throw new Left();
            }
            throw e;
        }
    }

    private WasmInstance make(CompiledModule module) {
        Imports.Builder imports = Imports.builder();
        registered.forEach(imports::addInstance);
        return store.instantiate(module, imports.build());
    }

    private long[] act(JsonNode action) {
        WasmInstance instance = instance(name(action, "module"));
        WasmExtern export = instance.export(action.get("field").asString()).orElseThrow();
        return switch (export) {
            case WasmGlobal global when global.type().value().isNumber() -> new long[] {global.get()};
            case WasmFunction function
            when isOfNumbers(function.type()) -> {
                long[] args = new long[action.get("args").size()];
                for (int i = 0; i < args.length; i++) {
                    args[i] = raw(action.get("args").get(i));
                }
                yield function.call(args);
            }
            default -> throw new Left();
        };
    }

    private static boolean isOfNumbers(FunctionType type) {
        return type.params().stream().allMatch(ValueType::isNumber)
                && type.results().stream().allMatch(ValueType::isNumber);
    }

    private static long raw(JsonNode value) {
        String text = value.get("value").asString();
        boolean small = value.get("type").asString().endsWith("32");
        if (text.startsWith("-")) {
            return Long.parseLong(text);
        }
        return small ? Integer.parseUnsignedInt(text) : Long.parseUnsignedLong(text);
    }

    private String returns(long[] got, JsonNode expected) {
        boolean same = got.length == expected.size();
        for (int i = 0; same && i < got.length; i++) {
            same = isOne(got[i], expected.get(i));
        }
        return same ? "" : "gave " + java.util.Arrays.toString(got) + " (expected: " + expected + ")";
    }

    private boolean isOne(long got, JsonNode expected) {
        String type = expected.get("type").asString();
        if (type.equals("either")) {
            for (JsonNode one : expected.get("values")) {
                if (isOne(got, one)) {
                    return true;
                }
            }
            return false;
        }
        boolean small = type.endsWith("32");
        return switch (expected.get("value").asString()) {
            case "nan:canonical" ->
                small ? ((int) got & 0x7FFF_FFFF) == 0x7FC0_0000 : (got & Long.MAX_VALUE) == 0x7FF8_0000_0000_0000L;
            case "nan:arithmetic" ->
                small
                        ? Float.isNaN(Float.intBitsToFloat((int) got)) && (!quiet || ((int) got & 0x40_0000) != 0)
                        : Double.isNaN(Double.longBitsToDouble(got)) && (!quiet || (got & 0x8_0000_0000_0000L) != 0);
            default -> small ? (int) got == (int) raw(expected) : got == raw(expected);
        };
    }

    private String traps(JsonNode command) throws IOException {
        try {
            if (command.hasNonNull("filename")) {
                make(module(command));
            } else {
                act(command.get("action"));
            }
        } catch (WasmTrap e) {
            return isFor(e.code(), command.get("text").asString())
                    ? ""
                    : "trapped: " + e.detail() + " (expected: "
                            + command.get("text").asString() + ")";
        }
        return "went on (expected: " + command.get("text").asString() + ")";
    }

    /** The specification's words for a trap; Wasmtime calls a null in a table so, and what is outside of it, by one of two. */
    private static boolean isFor(TrapCode code, String words) {
        return switch (code) {
            case STACK_OVERFLOW -> words.startsWith("call stack exhausted");
            case MEMORY_OUT_OF_BOUNDS -> words.startsWith("out of bounds memory");
            case TABLE_OUT_OF_BOUNDS ->
                words.startsWith("out of bounds table") || words.startsWith("undefined element");
            case INDIRECT_CALL_TO_NULL -> words.startsWith("uninitialized") || words.startsWith("undefined element");
            case BAD_SIGNATURE -> words.startsWith("indirect call");
            case INTEGER_OVERFLOW -> words.startsWith("integer overflow");
            case INTEGER_DIVIDE_BY_ZERO -> words.startsWith("integer divide");
            case BAD_CONVERSION_TO_INTEGER -> words.startsWith("invalid conversion");
            case UNREACHABLE -> words.startsWith("unreachable");
            case NULL_REFERENCE -> words.startsWith("null");
            case DEADLINE, CPU_TIME, CANCELLED, CANONICAL_ABI, HOST, OTHER -> false;
        };
    }

    private String isRefused(JsonNode command, boolean whenLinked) throws IOException {
        if (!command.path("module_type").asString("binary").equals("binary")
                || LIFTED.contains(command.get("text").asString())) {
            throw new Left();
        }
        try {
            byte[] bytes =
                    Files.readAllBytes(folder.resolve(command.get("filename").asString()));
            CompiledModule module = compile(bytes);
            if (whenLinked) {
                make(module);
            }
        } catch (Problem e) {
            return "";
        }
        return "was accepted (expected: " + command.get("text").asString() + ")";
    }

    @Override
    public void close() {
        store.close();
    }
}
