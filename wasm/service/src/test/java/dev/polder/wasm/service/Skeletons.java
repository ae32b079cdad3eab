package dev.polder.wasm.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.node.StringNode;

/** The skeletons of {@code samples/templates}, filled in by the few expressions that they use. */
final class Skeletons {

    private static final Path TEMPLATES =
            Path.of("../../samples/templates").toAbsolutePath().normalize();
    private static final Pattern EXPRESSION = Pattern.compile("\\$\\{\\{ values\\.(\\w+)( \\| dump)? }}");
    private static final Pattern SYSTEM =
            Pattern.compile("\\{% if values\\.system %}(.*?)\\{% endif %}", Pattern.DOTALL);

    private Skeletons() {}

    /** A template's folder, and what it is written in. */
    record Template(String name, Language language) {

        static Template of(Language language) {
            return new Template(language.id() + "-service", language);
        }

        Path folder() {
            return TEMPLATES.resolve(name);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Those that make WASI 0.1 commands. */
    static List<Template> commands() {
        return Stream.of(Language.C, Language.RUST).map(Template::of).toList();
    }

    /** Those that make components. */
    static List<Template> components() {
        return List.of(
                Template.of(Language.ASSEMBLYSCRIPT),
                new Template("c-component-service", Language.C),
                Template.of(Language.GO),
                Template.of(Language.JAVA),
                Template.of(Language.JAVASCRIPT),
                Template.of(Language.PYTHON),
                new Template("rust-component-service", Language.RUST),
                Template.of(Language.TYPESCRIPT));
    }

    static List<Template> all() {
        return Stream.concat(commands().stream(), components().stream()).toList();
    }

    /** Writes the source folder of a new service. */
    static Path write(Template template, Path into, Map<String, String> values) {
        Path skeleton = template.folder().resolve("skeleton");
        try (Stream<Path> files = Files.walk(skeleton)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = into.resolve(skeleton.relativize(file).toString());
                Files.createDirectories(target.getParent());
                if (isBinary(file)) {
                    Files.copy(file, target);
                } else {
                    Files.writeString(target, filled(Files.readString(file), values));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return into;
    }

    static boolean isBinary(Path file) {
        return file.toString().endsWith(".wasm");
    }

    static Path write(Language language, Path into, String greeting) {
        return write(Template.of(language), into, greeting);
    }

    static Path write(Template template, Path into, String greeting) {
        return write(
                template,
                into,
                Map.of(
                        "name", "shop",
                        "namespace", "default",
                        "description", "Says \"hello\": to all",
                        "greeting", greeting,
                        "owner", "group:default/ada",
                        "system", ""));
    }

    private static String filled(String text, Map<String, String> values) {
        boolean hasSystem = !values.getOrDefault("system", "").isEmpty();
        String chosen = SYSTEM.matcher(text).replaceAll(hasSystem ? "$1" : "");
        return EXPRESSION.matcher(chosen).replaceAll(match -> {
            String value = values.get(match.group(1));
            return Matcher.quoteReplacement(
                    match.group(2) == null ? value : StringNode.valueOf(value).toString());
        });
    }

    /** Those whose builds are quick enough to be repeated. */
    static List<Language> languages() {
        return List.of(Language.ASSEMBLYSCRIPT, Language.C, Language.GO, Language.RUST);
    }
}
