package dev.polder.wasm.engine;

/** Something that a module asks for. */
public record ImportType(String module, String name, ExternType type) {

    @Override
    public String toString() {
        return module + "." + name + " " + type;
    }
}
