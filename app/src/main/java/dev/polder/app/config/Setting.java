package dev.polder.app.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What one key of the configuration means and may hold; the source of both the checks and the JSON Schema. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Setting {

    /** For people, one sentence. */
    String value();

    /** Least number allowed; of numbers only. */
    long min() default 0;

    /** Greatest number allowed; of numbers only. */
    long max() default Integer.MAX_VALUE;

    /** Regular expression that text must match as a whole; empty for any. */
    String pattern() default "";

    /** Whether a list entry must carry this key. */
    boolean required() default false;
}
