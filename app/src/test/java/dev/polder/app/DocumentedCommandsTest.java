package dev.polder.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands that the documents name are there, with the options that they are named with. */
class DocumentedCommandsTest {

    private static final List<String> DOCUMENTS = List.of(
            "README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/wasm.md", "samples/templates/README.md");

    /** In code within a line, and at the begin of a line of a block. */
    private static final Pattern COMMAND =
            Pattern.compile("(?:`|^)(?:\\./)?polder ([a-z][^`\\n#]*)", Pattern.MULTILINE);

    /** Those of the launcher, which no Java is needed for. */
    private static final Set<String> LAUNCHER = Set.of("test", "build", "jdk");

    static Set<String> commands() throws IOException {
        Set<String> commands = new TreeSet<>();
        for (String document : DOCUMENTS) {
            Matcher matcher = COMMAND.matcher(Files.readString(Path.of("..").resolve(document)));
            while (matcher.find()) {
                commands.add(matcher.group(1).strip());
            }
        }
        commands.removeIf(command -> LAUNCHER.contains(command.split(" ")[0]));
        return commands;
    }

    @ParameterizedTest
    @MethodSource("commands")
    void isACommandWithThoseOptions(String command) {
        String[] arguments =
                command.replaceAll("[\\[\\]]", "").replace("NUMBER", "1").split(" +");

        assertThatCode(() -> Polder.commandLine(arguments).parseArgs(arguments))
                .as("polder " + command)
                .doesNotThrowAnyException();
    }

    @Test
    void theVerbsThatASpinUserExpectsAreAmongThem() throws IOException {
        assertThat(commands().stream()
                        .filter(command -> command.startsWith("wasm "))
                        .map(command -> command.split(" ")[1]))
                .contains("build", "up", "watch", "push", "pull", "doctor");
    }
}
