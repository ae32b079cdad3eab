package dev.polder.wasm.service;

import java.nio.file.Files;
import java.nio.file.Path;

/** What a service is written in. */
public enum Language {
    ASSEMBLYSCRIPT("assemblyscript", "AssemblyScript"),
    GO("go", "Go"),
    RUST("rust", "Rust"),
    /** Something else, or only a wasm file. */
    OTHER("other", "other");

    private final String id;
    private final String title;

    Language(String id, String title) {
        this.id = id;
        this.title = title;
    }

    /** As in the annotation {@code polder.dev/toolchain}. */
    public String id() {
        return id;
    }

    public String title() {
        return title;
    }

    /** Tells by the files of a source folder; {@link #OTHER} when none of them says. */
    public static Language of(Path folder) {
        if (Files.isRegularFile(folder.resolve("Cargo.toml"))) {
            return RUST;
        }
        if (Files.isRegularFile(folder.resolve("go.mod"))) {
            return GO;
        }
        if (Files.isRegularFile(folder.resolve("asconfig.json")) || Files.isDirectory(folder.resolve("assembly"))) {
            return ASSEMBLYSCRIPT;
        }
        return OTHER;
    }
}
