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

    static Path template(Language language) {
        return TEMPLATES.resolve(language.id() + "-service");
    }

    /** Writes the source folder of a new service. */
    static Path write(Language language, Path into, Map<String, String> values) {
        Path skeleton = template(language).resolve("skeleton");
        try (Stream<Path> files = Files.walk(skeleton)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = into.resolve(skeleton.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.writeString(target, filled(Files.readString(file), values));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return into;
    }

    static Path write(Language language, Path into, String greeting) {
        return write(
                language,
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

    static List<Language> languages() {
        return List.of(Language.ASSEMBLYSCRIPT, Language.GO, Language.RUST);
    }
}
