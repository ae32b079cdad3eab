package dev.polder.wasm.component;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The WIT name of a Java method or type.
 *
 * <p>On a method of a resource class: the name without the resource, {@code "read"} for {@code
 * [method]input-stream.read}. On any other method: the whole name as the binary has it, {@code "now"}, {@code
 * "[constructor]fields"} or {@code "[static]fields.from-list"}. On an interface that is bound to a guest's exports: the
 * exported interface, {@code "wasi:http/incoming-handler@0.2.0"}. On an enum constant or a record of a variant: the case,
 * where it is not the kebab form of the Java name.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE, ElementType.FIELD})
public @interface Wit {
    String value();
}
