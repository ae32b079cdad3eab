package dev.polder.wasm.service;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a service is written in. */
public enum Language {
    ASSEMBLYSCRIPT("assemblyscript", "AssemblyScript"),
    C("c", "C"),
    GO("go", "Go"),
    JAVA("java", "Java"),
    JAVASCRIPT("javascript", "JavaScript"),
    PYTHON("python", "Python"),
    RUST("rust", "Rust"),
    TYPESCRIPT("typescript", "TypeScript"),
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
        if (has(folder, "Cargo.toml")) {
            return RUST;
        }
        if (has(folder, "go.mod")) {
            return GO;
        }
        if (has(folder, "pom.xml")) {
            return JAVA;
        }
        if (has(folder, "asconfig.json") || Files.isDirectory(folder.resolve("assembly"))) {
            return ASSEMBLYSCRIPT;
        }
        if (has(folder, "package.json")) {
            return has(folder, "tsconfig.json") ? TYPESCRIPT : JAVASCRIPT;
        }
        if (has(folder, "Makefile") && hasC(folder.resolve("src"))) {
            return C; // with Python's packages perhaps, for the tools they bring
        }
        if (has(folder, "requirements.txt") || has(folder, "pyproject.toml")) {
            return PYTHON;
        }
        return hasC(folder) || hasC(folder.resolve("src")) ? C : OTHER;
    }

    private static boolean has(Path folder, String file) {
        return Files.isRegularFile(folder.resolve(file));
    }

    private static boolean hasC(Path folder) {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.c")) {
            return files.iterator().hasNext();
        } catch (IOException e) {
            return false; // the build itself says what cannot be read
        }
    }
}
