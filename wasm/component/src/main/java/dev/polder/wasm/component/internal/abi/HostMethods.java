package dev.polder.wasm.component.internal.abi;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.component.FuncType;
import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.HostResource;
import dev.polder.wasm.component.ResourceType;
import dev.polder.wasm.component.ValType;
import dev.polder.wasm.component.Wit;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Finds the Java methods that serve imports. */
public final class HostMethods {

    /**
     * Two components that import the same function share its class: types are the same but for their resources, which are
     * of the same Java classes; guests' have none. An inherited method has one for each class that inherits it.
     */
    private record Key(
            Method method, Class<?> receiver, FuncType type, List<Optional<Class<? extends HostResource>>> resources) {}

    private static final Map<Key, MethodHandle> CLASSES = new ConcurrentHashMap<>();

    private HostMethods() {}

    /**
     * The method for a function of an imported interface.
     *
     * @param function its name as the binary has it: {@code now}, {@code [method]input-stream.read}
     * @param type the type that the component declares
     * @param resources the Java class of every host resource that {@code type} mentions; others are guests'
     * @throws Problem NOT_FOUND when the interface has no such function; INVALID when a Java type does not fit
     */
    public static HostMethod resolve(
            HostInterface host,
            String function,
            FuncType type,
            Map<ResourceType, Class<? extends HostResource>> resources) {
        String place = "import " + host.name() + "." + function;
        if (type.async()) {
            throw Shapes.unsupported("async func");
        }
        boolean ofResource = function.startsWith("[method]");
        Class<?> receiver = ofResource ? resourceClass(place, type, resources) : host.functions();
        String name = ofResource ? function.substring(function.indexOf('.') + 1) : function;
        Method method = find(receiver, name)
                .orElseThrow(() -> Problem.notFound(place + ": " + receiver.getName()
                        + " has no method (expected: one with @Wit(\"" + name + "\"))"));
        String where = place + ", method " + method.getDeclaringClass().getName() + "." + method.getName();
        ResourcePlaceholders.Canonical canonical = ResourcePlaceholders.canonical(type);
        List<Optional<Class<? extends HostResource>>> classes = new ArrayList<>();
        for (ResourceType resource : canonical.resources()) {
            classes.add(Optional.ofNullable(resources.get(resource)));
        }
        MethodHandle constructor =
                CLASSES.computeIfAbsent(new Key(method, receiver, canonical.type(), List.copyOf(classes)), key -> {
                    TypeMatcher matcher = new TypeMatcher(resources);
                    HostMethod.Plan plan = plan(matcher, method, receiver, type, ofResource, where);
                    if (!List.of(matcher.resourceTypes()).equals(canonical.resources())) {
                        throw Problem.internal(where + ": its resources were not numbered as they are met", null);
                    }
                    return HostMethodCode.generate(plan);
                });
        return new HostMethod(method, type, canonical.resources().toArray(ResourceType[]::new), constructor);
    }

    private static Class<?> resourceClass(
            String place, FuncType type, Map<ResourceType, Class<? extends HostResource>> resources) {
        if (!type.params().isEmpty() && type.params().getFirst().type() instanceof ValType.Borrow self) {
            Class<?> found = resources.get(self.resource());
            if (found != null) {
                return found;
            }
            throw Problem.notFound(place + ": no Java class (expected: one for resource " + self.resource() + ")");
        }
        throw Problem.invalid(place + ": its first parameter is no borrowed handle");
    }

    /** The method with this WIT name, of the class itself or of what it extends. */
    static Optional<Method> find(Class<?> type, String name) {
        return Optional.ofNullable(BY_NAME.get(type).get(name));
    }

    /** Reflection copies what it gives, and each component that is linked asks for many. */
    private static final ClassValue<Map<String, Method>> BY_NAME = new ClassValue<>() {
        @Override
        protected Map<String, Method> computeValue(Class<?> type) {
            Map<String, Method> named = new HashMap<>();
            for (Class<?> c = type; c != null; c = c.getSuperclass()) {
                putNamed(c.getDeclaredMethods(), named);
            }
            putNamed(type.getMethods(), named);
            return Map.copyOf(named);
        }
    };

    private static void putNamed(Method[] methods, Map<String, Method> named) {
        for (Method method : methods) {
            Wit wit = method.getAnnotation(Wit.class);
            if (wit != null && !method.isBridge() && !Modifier.isStatic(method.getModifiers())) {
                named.putIfAbsent(wit.value(), method);
            }
        }
    }

    private static HostMethod.Plan plan(
            TypeMatcher matcher, Method method, Class<?> receiver, FuncType type, boolean ofResource, String where) {
        Type[] java = method.getGenericParameterTypes();
        int first = ofResource ? 1 : 0;
        if (java.length != type.params().size() - first) {
            throw Problem.invalid(where + ": " + java.length + " parameters (expected: "
                    + (type.params().size() - first) + ")");
        }
        Optional<TypeMatch> self = ofResource
                ? Optional.of(matcher.match(
                        type.params().getFirst().type(), receiver, TypeMatcher.Way.TO_HOST_METHOD, where + ": self"))
                : Optional.empty();
        List<TypeMatch> params = new ArrayList<>();
        for (int i = 0; i < java.length; i++) {
            FuncType.Param param = type.params().get(i + first);
            params.add(matcher.match(
                    param.type(), java[i], TypeMatcher.Way.TO_HOST_METHOD, where + ": parameter " + param.name()));
        }
        Type result = method.getGenericReturnType();
        if (type.result().isEmpty() && result != void.class) {
            throw Problem.invalid(where + ": result " + result.getTypeName() + " (expected: void)");
        }
        Optional<TypeMatch> matched =
                type.result().map(t -> matcher.match(t, result, TypeMatcher.Way.TO_GUEST, where + ": result"));
        return new HostMethod.Plan(method, receiver, self, params, matched, type);
    }
}
