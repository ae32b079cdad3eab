package dev.polder.wasm.component.internal.abi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.wasm.component.FuncType;
import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.HostServices;
import dev.polder.wasm.component.ValType;
import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.Engines;
import dev.polder.wasm.engine.HostFunction;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.engine.WasmGlobal;
import dev.polder.wasm.engine.WasmInstance;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Generated code and the interpreted reference pass the same values, for random types. */
class DifferentialTest {

    private static final int SIGNATURES = 30;
    private static final int CALLS = 6;

    private record Signed(FuncType type, List<RandomTypes.Typed> params, Optional<RandomTypes.Typed> result) {}

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(
            value = EngineChoice.class,
            names = {"ENDIVE", "WASMTIME"})
    void passesTheSameValues(EngineChoice choice) throws Exception {
        long seed = Long.getLong("polder.seed", System.nanoTime());
        System.out.println("seed of the random types: -Dpolder.seed=" + seed);
        Random random = new Random(seed);
        RandomTypes types = new RandomTypes(random);
        List<Signed> signatures = IntStream.range(0, SIGNATURES)
                .mapToObj(i -> signed(types, random))
                .toList();
        String name = "Generated" + choice;
        Map<String, Class<?>> classes = Compiled.compile(folder, name, source(name, types, signatures));
        try (WasmEngine engine = Engines.open(choice, folder.resolve("cache")).engine()) {
            for (int i = 0; i < SIGNATURES; i++) {
                try {
                    check(engine, classes, types, random, signatures.get(i), i);
                    checkBetweenComponents(
                            engine, types, random, signatures.get(i).type());
                } catch (Throwable t) {
                    throw new AssertionError(
                            "seed " + seed + ", signature " + i + ": "
                                    + signatures.get(i).type(),
                            t);
                }
            }
        }
    }

    private static Signed signed(RandomTypes types, Random random) {
        List<RandomTypes.Typed> params = IntStream.range(0, random.nextInt(5))
                .mapToObj(i -> types.type(random.nextInt(4)))
                .toList();
        Optional<RandomTypes.Typed> result =
                random.nextInt(8) == 0 ? Optional.empty() : Optional.of(types.type(random.nextInt(4)));
        List<FuncType.Param> named = IntStream.range(0, params.size())
                .mapToObj(i -> new FuncType.Param("p" + i, params.get(i).wit()))
                .toList();
        return new Signed(new FuncType(named, result.map(RandomTypes.Typed::wit), false), params, result);
    }

    private static String source(String name, RandomTypes types, List<Signed> signatures) {
        StringBuilder source = new StringBuilder("package dev.polder.wasm.component.internal.abi;\n"
                        + "import dev.polder.wasm.component.Wit;\n"
                        + "public class " + name + " {\n")
                .append(types.declarations());
        for (int i = 0; i < signatures.size(); i++) {
            Signed s = signatures.get(i);
            String result = s.result.map(RandomTypes.Typed::java).orElse("void");
            String params = IntStream.range(0, s.params.size())
                    .mapToObj(p -> s.params.get(p).java() + " p" + p)
                    .collect(Collectors.joining(", "));
            String args =
                    IntStream.range(0, s.params.size()).mapToObj(p -> "p" + p).collect(Collectors.joining(", "));
            source.append("public static class Host" + i + " { public Object[] seen; public Object next;\n@Wit(\"f\") "
                    + result + " f(" + params + ") { seen = new Object[] {" + args + "}; "
                    + s.result.map(r -> "return (" + r.boxed() + ") next;").orElse("") + " } }\n");
            source.append("public interface Exports" + i + " { @Wit(\"run\") " + result + " run(" + params + "); }\n");
        }
        return source.append("}").toString();
    }

    private void check(
            WasmEngine engine,
            Map<String, Class<?>> classes,
            RandomTypes types,
            Random random,
            Signed signed,
            int number)
            throws ReflectiveOperationException, IOException {
        FuncType type = signed.type();
        List<StringEncoding> encodings = List.of(StringEncoding.values());
        StringEncoding encoding = encodings.get(random.nextInt(encodings.size()));
        CanonOptions options = new CanonOptions(encoding, 0, 1, 2, 0);
        LiftedFunction run = new LiftedFunction(type, 0, options);
        StateLayout layout = new StateLayout(1, 3, new int[] {-1}, Map.of());

        Class<?> hostClass = classes.get("Host" + number);
        Class<?> exportsClass = classes.get("Exports" + number);
        Object host = hostClass.getConstructor().newInstance();
        Method runMethod = exportsClass.getMethods()[0];
        List<TypeMatch> params = matches(type, runMethod);
        Optional<TypeMatch> result = type.result()
                .map(t -> new TypeMatcher(Map.of())
                        .match(t, runMethod.getGenericReturnType(), TypeMatcher.Way.TO_HOST_RESULT, "result"));
        HostMethod method = HostMethods.resolve(HostInterface.of("test:test/host", "", hostClass), "f", type, Map.of());
        HostServices services = new HostServices() {
            @Override
            public <T> T service(Class<T> wanted) {
                return wanted.cast(host);
            }
        };
        List<Object> seen = new ArrayList<>();
        Object[] next = new Object[1];
        HostFunction reference = Interpreted.lower(new Signature(type), options, (cx, arguments) -> {
            seen.clear();
            seen.addAll(arguments);
            return type.result().map(t -> next[0]);
        });
        HostFunction generated = CanonicalAbi.lower(type, options, method);
        ExportBinding<?> binding = ExportBinding.of(exportsClass, Map.of("run", run), Map.of());

        // Dynamic call, generated host method.
        try (Rig rig = new Rig(engine, layout, services)) {
            WasmInstance instance = instantiate(rig, type, generated);
            for (int i = 0; i < CALLS; i++) {
                Object[] arguments = values(types, type);
                Object answer = type.result().map(types::value).orElse(null);
                hostClass
                        .getField("next")
                        .set(host, result.map(m -> Forms.typed(m, answer)).orElse(null));
                Object got = CanonicalAbi.call(rig.state, run, arguments);
                Object[] received = (Object[]) hostClass.getField("seen").get(host);
                for (int p = 0; p < arguments.length; p++) {
                    assertThat(Forms.comparable(Forms.plain(params.get(p), received[p])))
                            .isEqualTo(Forms.comparable(arguments[p]));
                }
                assertThat(Forms.comparable(got)).isEqualTo(Forms.comparable(answer));
            }
            checkPosts(instance);
        }
        // Generated call, interpreted host function.
        try (Rig rig = new Rig(engine, layout, services)) {
            WasmInstance instance = instantiate(rig, type, reference);
            Object exports = binding.bind(rig.state);
            for (int i = 0; i < CALLS; i++) {
                Object[] arguments = values(types, type);
                Object answer = type.result().map(types::value).orElse(null);
                next[0] = answer;
                Object[] typed = new Object[arguments.length];
                for (int p = 0; p < typed.length; p++) {
                    typed[p] = Forms.typed(params.get(p), arguments[p]);
                }
                Object got = runMethod.invoke(exports, typed);
                assertThat(Forms.comparable(seen)).isEqualTo(Forms.comparable(List.of(arguments)));
                if (result.isPresent()) {
                    assertThat(Forms.comparable(Forms.plain(result.get(), got))).isEqualTo(Forms.comparable(answer));
                }
            }
            checkPosts(instance);
        }
    }

    /** From the host through one component and a second, with another encoding, to the host. */
    private static void checkBetweenComponents(WasmEngine engine, RandomTypes types, Random random, FuncType type) {
        List<StringEncoding> encodings = List.of(StringEncoding.values());
        CanonOptions outer = new CanonOptions(encodings.get(random.nextInt(3)), 0, 1, 2, 0);
        CanonOptions inner = new CanonOptions(encodings.get(random.nextInt(3)), 1, 4, 5, 1);
        StateLayout layout = new StateLayout(2, 6, new int[] {-1, -1}, Map.of());
        List<Object> seen = new ArrayList<>();
        Object[] next = new Object[1];
        HostFunction host = Interpreted.lower(new Signature(type), inner, (cx, arguments) -> {
            seen.clear();
            seen.addAll(arguments);
            return type.result().map(t -> next[0]);
        });
        try (Rig rig = new Rig(engine, layout, AbiContract.services(next))) {
            WasmInstance second = AbiContract.place(rig, inner, module(rig, type, host));
            WasmInstance first = AbiContract.place(
                    rig, outer, module(rig, type, CanonicalAbi.lower(type, outer, new LiftedFunction(type, 3, inner))));
            for (int i = 0; i < CALLS; i++) {
                Object[] arguments = values(types, type);
                next[0] = type.result().map(types::value).orElse(null);
                Object got = CanonicalAbi.call(rig.state, new LiftedFunction(type, 0, outer), arguments);
                assertThat(Forms.comparable(seen)).isEqualTo(Forms.comparable(List.of(arguments)));
                assertThat(Forms.comparable(got)).isEqualTo(Forms.comparable(next[0]));
            }
            checkPosts(first);
            checkPosts(second);
        }
    }

    private static void checkPosts(WasmInstance instance) {
        assertThat(((WasmGlobal) instance.export("posts").orElseThrow()).get()).isEqualTo(CALLS);
    }

    private static List<TypeMatch> matches(FuncType type, Method method) {
        Type[] java = method.getGenericParameterTypes();
        List<TypeMatch> matches = new ArrayList<>();
        for (int i = 0; i < java.length; i++) {
            matches.add(new TypeMatcher(Map.of())
                    .match(type.params().get(i).type(), java[i], TypeMatcher.Way.TO_GUEST, "p" + i));
        }
        return matches;
    }

    private static Object[] values(RandomTypes types, FuncType type) {
        return Shapes.types(type).stream().map((ValType t) -> types.value(t)).toArray();
    }

    private static WasmInstance instantiate(Rig rig, FuncType type, HostFunction host) {
        WasmInstance instance = module(rig, type, host);
        rig.state.memory(0, instance.memory());
        rig.state.function(0, instance.function("run").orElseThrow());
        rig.state.function(1, instance.function("realloc").orElseThrow());
        rig.state.function(2, instance.function("post").orElseThrow());
        return instance;
    }

    private static WasmInstance module(Rig rig, FuncType type, HostFunction host) {
        return rig.instantiate(
                PassThrough.module(type), Map.of("f", new Rig.Import(CanonicalAbi.loweredType(type), host)));
    }
}
