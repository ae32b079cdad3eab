package dev.polder.wasm.component.internal.abi;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.FuncType;
import dev.polder.wasm.component.HostResource;
import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.engine.WasmFunction;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A Java interface bound to the exports of a linked component; made once, for all instances.
 *
 * @param <T> the interface; its methods have {@link Wit} names of functions
 */
public final class ExportBinding<T> {

    /** One method and the function that it calls. */
    record Function(Method method, FuncType type, List<TypeMatch> params, Optional<TypeMatch> result) {}

    /** Two components that export the same interface share its class. */
    private record Key(Class<?> type, List<FuncType> functions) {}

    private static final Map<Key, MethodHandle> CLASSES = new ConcurrentHashMap<>();

    private final Class<T> type;
    private final MethodHandle constructor;
    private final CanonOptions[] options;
    private final int[] coreFunctions;
    private final ResourceType[][] resourceTypes;

    private ExportBinding(
            Class<T> type,
            MethodHandle constructor,
            CanonOptions[] options,
            int[] coreFunctions,
            ResourceType[][] resourceTypes) {
        this.type = type;
        this.constructor = constructor;
        this.options = options;
        this.coreFunctions = coreFunctions;
        this.resourceTypes = resourceTypes;
    }

    /**
     * Checks the interface against the exports and generates its implementation.
     *
     * @param functions the exported functions by their names in the interface, {@code handle}, {@code [method]r.f}
     * @param resources the Java class of every host resource that their types mention
     * @throws Problem NOT_FOUND or INVALID naming method and function
     */
    public static <T> ExportBinding<T> of(
            Class<T> type,
            Map<String, LiftedFunction> functions,
            Map<ResourceType, Class<? extends HostResource>> resources) {
        if (!type.isInterface()) {
            throw Problem.invalid(type.getName() + " (expected: an interface)");
        }
        List<Function> bound = new ArrayList<>();
        List<LiftedFunction> targets = new ArrayList<>();
        List<ResourceType[]> types = new ArrayList<>();
        for (Method method : methods(type)) {
            TypeMatcher matcher = new TypeMatcher(resources);
            LiftedFunction target = target(method, functions);
            bound.add(match(matcher, method, target.type()));
            targets.add(target);
            types.add(matcher.resourceTypes());
        }
        MethodHandle constructor = CLASSES.computeIfAbsent(
                new Key(
                        type,
                        bound.stream()
                                .map(f ->
                                        ResourcePlaceholders.canonical(f.type()).type())
                                .toList()),
                k -> ExportCode.generate(type, bound));
        return new ExportBinding<>(
                type,
                constructor,
                targets.stream().map(LiftedFunction::options).toArray(CanonOptions[]::new),
                targets.stream().mapToInt(LiftedFunction::coreFunction).toArray(),
                types.toArray(ResourceType[][]::new));
    }

    /** In an order that does not change, since a class that was generated before may be used again. */
    private static List<Method> methods(Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(m -> Modifier.isAbstract(m.getModifiers()))
                .sorted(Comparator.comparing(Method::toString))
                .toList();
    }

    private static LiftedFunction target(Method method, Map<String, LiftedFunction> functions) {
        String place = "method " + method.getDeclaringClass().getName() + "." + method.getName();
        Wit wit = method.getAnnotation(Wit.class);
        if (wit == null) {
            throw Problem.invalid(place + " has no WIT name (expected: @Wit(\"function\"))");
        }
        LiftedFunction target = functions.get(wit.value());
        if (target == null) {
            throw Problem.notFound(place + ": no exported function \"" + wit.value() + "\" (expected: one of "
                    + functions.keySet() + ")");
        }
        if (target.type().async()) {
            throw Shapes.unsupported("async func");
        }
        return target;
    }

    private static Function match(TypeMatcher matcher, Method method, FuncType type) {
        String where = "method " + method.getDeclaringClass().getName() + "." + method.getName();
        Type[] java = method.getGenericParameterTypes();
        if (java.length != type.params().size()) {
            throw Problem.invalid(where + ": " + java.length + " parameters (expected: "
                    + type.params().size() + ")");
        }
        List<TypeMatch> params = new ArrayList<>();
        for (int i = 0; i < java.length; i++) {
            FuncType.Param param = type.params().get(i);
            params.add(matcher.match(
                    param.type(), java[i], TypeMatcher.Way.TO_GUEST, where + ": parameter " + param.name()));
        }
        Type result = method.getGenericReturnType();
        if (type.result().isEmpty() && result != void.class) {
            throw Problem.invalid(where + ": result " + result.getTypeName() + " (expected: void)");
        }
        return new Function(
                method,
                type,
                params,
                type.result().map(t -> matcher.match(t, result, TypeMatcher.Way.TO_HOST_RESULT, where + ": result")));
    }

    /** The interface over one instance; calls run on the calling thread, which must be the instance's. */
    public T bind(ComponentState state) {
        WasmFunction[] functions = new WasmFunction[coreFunctions.length];
        for (int i = 0; i < functions.length; i++) {
            functions[i] = state.function(coreFunctions[i]);
        }
        try {
            return type.cast(constructor.invoke(state, options, functions, resourceTypes));
        } catch (Throwable t) {
            throw Problem.internal("the generated class for " + type.getName() + " cannot be instantiated: " + t, t);
        }
    }
}
