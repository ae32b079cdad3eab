package dev.polder.wasm.component.internal.abi;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.List;

/**
 * A Java type with its type arguments.
 *
 * @param raw its class
 */
record JavaType(Type type, Class<?> raw, List<Type> arguments) {

    static JavaType of(Type type) {
        return switch (type) {
            case Class<?> c -> new JavaType(type, c, List.of());
            case ParameterizedType p ->
                new JavaType(type, (Class<?>) p.getRawType(), List.of(p.getActualTypeArguments()));
            case WildcardType w -> of(w.getUpperBounds()[0]);
            case GenericArrayType a ->
                new JavaType(type, of(a.getGenericComponentType()).raw().arrayType(), List.of());
            case TypeVariable<?> v -> of(v.getBounds()[0]);
            default -> new JavaType(type, Object.class, List.of());
        };
    }

    boolean hasArguments(int count) {
        return arguments.size() == count;
    }

    Type argument(int index) {
        return arguments.get(index);
    }

    /** The type of a member, where it is a type variable of this type. */
    Type resolve(Type member) {
        if (member instanceof TypeVariable<?> variable) {
            int index = Arrays.asList(raw.getTypeParameters()).indexOf(variable);
            if (index >= 0 && index < arguments.size()) {
                return arguments.get(index);
            }
        }
        return member;
    }
}
