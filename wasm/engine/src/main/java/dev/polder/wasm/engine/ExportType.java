package dev.polder.wasm.engine;

/** Something that a module offers. */
public record ExportType(String name, ExternType type) {

    @Override
    public String toString() {
        return name + " " + type;
    }
}
