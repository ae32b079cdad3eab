package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A {@code .env} file: {@code NAME=VALUE} in each line, where {@code export} may stand in front, quotes around the value and
 * a {@code #} before a comment. Nothing is put in the place of {@code $NAME}.
 */
final class DotEnv {

    private static final long MAX_BYTES = 1 << 20;
    private static final Pattern LINE = Pattern.compile("(?:export\\s+)?([A-Za-z_][A-Za-z0-9_.]*)\\s*=\\s*(.*)");
    private static final Pattern DOUBLE = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*+)\"\\s*(?:#.*)?");
    private static final Pattern SINGLE = Pattern.compile("'([^']*+)'\\s*(?:#.*)?");
    private static final Pattern COMMENT = Pattern.compile("(?:^|\\s+)#.*");

    private DotEnv() {}

    /** @throws Problem INVALID with the line; no message shows a value */
    static Map<String, String> read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw Problem.tooLarge(file + ": " + Files.size(file) + " bytes (expected: at most " + MAX_BYTES + ")");
            }
            return parse(file.toString(), Files.readString(file));
        } catch (CharacterCodingException e) {
            throw Problem.invalid(file + ": not UTF-8 (expected: NAME=VALUE in each line)");
        } catch (IOException e) {
            throw Problem.invalid(file + " cannot be read (expected: a file with NAME=VALUE in each line)");
        }
    }

    static Map<String, String> parse(String source, String text) {
        Map<String, String> values = new LinkedHashMap<>();
        int number = 0;
        for (String each : text.lines().toList()) {
            number++;
            String line = each.strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            Matcher matcher = LINE.matcher(line);
            String value = matcher.matches() ? value(matcher.group(2)) : null;
            if (value == null) {
                throw Problem.invalid("no variable (expected: NAME=VALUE)", new Where(source, number, 1, null));
            }
            values.put(matcher.group(1), value);
        }
        return values;
    }

    private static @Nullable String value(String written) {
        if (written.startsWith("\"")) {
            Matcher quoted = DOUBLE.matcher(written);
            return quoted.matches() ? quoted.group(1).replace("\\n", "\n").replaceAll("\\\\(.)", "$1") : null;
        }
        if (written.startsWith("'")) {
            Matcher quoted = SINGLE.matcher(written);
            return quoted.matches() ? quoted.group(1) : null;
        }
        return COMMENT.matcher(written).replaceFirst("");
    }
}
