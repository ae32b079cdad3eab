package dev.polder.portal.scaffolder.expression;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names that are set at one level of a template. A loop has a frame of its own; an {@code if} has none. */
final class Frame {

    private final Map<String, Value> names = new HashMap<>();
    private final @Nullable Frame parent;

    Frame(@Nullable Frame parent) {
        this.parent = parent;
    }

    @Nullable
    Value find(String name) {
        for (Frame frame = this; frame != null; frame = frame.parent) {
            Value value = frame.names.get(name);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    /** Sets a name here. */
    void define(String name, Value value) {
        names.put(name, value);
    }

    /** Sets a name where it already is, or else here. */
    void assign(String name, Value value) {
        for (Frame frame = this; frame != null; frame = frame.parent) {
            if (frame.names.containsKey(name)) {
                frame.names.put(name, value);
                return;
            }
        }
        names.put(name, value);
    }

    Frame root() {
        Frame frame = this;
        while (frame.parent != null) {
            frame = frame.parent;
        }
        return frame;
    }
}
