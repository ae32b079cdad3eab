package dev.polder.wasm.component;

/**
 * A resource type as the linker resolved it: two are the same only when they are the same object. One object stands for a
 * resource that a component imports or that one of its (nested) instances defines, in every instance made of it.
 */
public final class ResourceType {

    private final String name;

    /** @param name for messages, {@code wasi:io/streams.input-stream} */
    public ResourceType(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    @Override
    public String toString() {
        return name;
    }
}
