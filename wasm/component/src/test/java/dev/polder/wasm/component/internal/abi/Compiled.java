package dev.polder.wasm.component.internal.abi;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Java source compiled while the tests run, into this package. */
final class Compiled {

    private Compiled() {}

    /**
     * Compiles one file; gives its classes by name.
     *
     * @param name of the class; no other may have it
     */
    static Map<String, Class<?>> compile(Path folder, String name, String source)
            throws IOException, IllegalAccessException {
        Path file = folder.resolve(name + ".java");
        Files.writeString(file, source);
        Path classes = Files.createDirectories(folder.resolve(name));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = List.of(
                    "-proc:none", "-nowarn", "-cp", System.getProperty("java.class.path"), "-d", classes.toString());
            boolean compiled = compiler.getTask(null, files, null, options, null, files.getJavaFileObjects(file))
                    .call();
            if (!compiled) {
                throw new IllegalStateException("the source does not compile: " + source);
            }
        }
        Map<String, Class<?>> defined = new HashMap<>();
        try (Stream<Path> paths = Files.walk(classes)) {
            // A sealed interface before its records.
            List<Path> ordered = paths.filter(p -> p.toString().endsWith(".class"))
                    .sorted(Comparator.comparingInt(p -> p.toString().length()
                            - p.toString().replace("$", "").length()))
                    .toList();
            for (Path path : ordered) {
                Class<?> type = MethodHandles.lookup().defineClass(Files.readAllBytes(path));
                defined.put(type.getSimpleName(), type);
            }
        }
        return defined;
    }
}
