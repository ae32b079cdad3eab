package dev.polder.wasm.service;

import dev.polder.kernel.model.Where;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * A walk over one TOML table that collects every mistake instead of stopping at the first, and at its end reports the
 * keys that nobody asked for.
 */
final class TomlCursor {

    /** Gathers mistakes; a document stops being read after {@value #LIMIT}. */
    static final class Mistakes {
        static final int LIMIT = 50;

        private record Mistake(Where where, String text) {}

        private final List<Mistake> all = new ArrayList<>();

        void add(Where where, String text) {
            if (all.size() < LIMIT) {
                all.add(new Mistake(where, where + ": " + text));
            }
        }

        boolean none() {
            return all.isEmpty();
        }

        @Nullable
        Where first() {
            return all.isEmpty() ? null : all.getFirst().where();
        }

        /** In the order of the document. */
        List<String> texts() {
            return all.stream()
                    .sorted(Comparator.comparingInt(
                                    (Mistake mistake) -> mistake.where().line())
                            .thenComparingInt(mistake -> mistake.where().column()))
                    .map(Mistake::text)
                    .toList();
        }
    }

    private final String source;
    private final String path;
    private final TomlTable table;
    private final Where here;
    private final Mistakes mistakes;
    private final Set<String> asked = new LinkedHashSet<>();

    TomlCursor(String source, String path, TomlTable table, Where here, Mistakes mistakes) {
        this.source = source;
        this.path = path;
        this.table = table;
        this.here = here;
        this.mistakes = mistakes;
    }

    Where here() {
        return here;
    }

    boolean has(String key) {
        return table.keySet().contains(key);
    }

    Set<String> keys() {
        return table.keySet();
    }

    Where where(String key) {
        TomlPosition position = has(key) ? table.inputPositionOf(List.of(key)) : null;
        Where place = position == null ? here : new Where(source, position.line(), position.column(), null);
        return place.field(path(key));
    }

    void mistake(String key, String text) {
        mistakes.add(where(key), text);
    }

    /** A mistake at a place that is not in this table. */
    void mistakeAt(Where place, String text) {
        mistakes.add(place, text);
    }

    @Nullable
    String text(String key, int maxLength) {
        Object value = value(key);
        if (value == null) {
            return null;
        }
        if (!(value instanceof String text)) {
            mistake(key, shown(value) + " (expected: a string)");
            return null;
        }
        return checked(key, text, maxLength);
    }

    String requiredText(String key, int maxLength) {
        if (!has(key)) {
            mistakes.add(here.field(path(key)), key + " is missing (expected: a string)");
            asked.add(key);
            return "";
        }
        String text = text(key, maxLength);
        if (text != null && text.isBlank()) {
            mistake(key, "blank (expected: a string with content)");
        }
        return text == null ? "" : text;
    }

    boolean flag(String key) {
        Object value = value(key);
        if (value == null) {
            return false;
        }
        if (!(value instanceof Boolean flag)) {
            mistake(key, shown(value) + " (expected: true or false)");
            return false;
        }
        return flag;
    }

    /** A whole number, or {@code otherwise} when none is written. */
    long number(String key, long otherwise) {
        Object value = value(key);
        if (value != null && !(value instanceof Long)) {
            mistake(key, shown(value) + " (expected: a whole number)");
        }
        return value instanceof Long number ? number : otherwise;
    }

    /** A whole number that may also be written as a string. */
    long numberOrText(String key, long otherwise) {
        if (value(key) instanceof String text) {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException e) {
                mistake(key, shown(text) + " (expected: a whole number)");
                return otherwise;
            }
        }
        return number(key, otherwise);
    }

    List<String> texts(String key, int maxCount, int maxLength) {
        List<String> texts = new ArrayList<>();
        for (Object value : array(key, maxCount)) {
            if (value instanceof String text) {
                texts.add(checked(key, text, maxLength) == null ? "" : text);
            } else {
                mistake(key, shown(value) + " (expected: an array of strings)");
            }
        }
        return texts;
    }

    /** The elements of an array; empty when it is not there. */
    List<Object> array(String key, int maxCount) {
        Object value = value(key);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof TomlArray array)) {
            mistake(key, shown(value) + " (expected: an array)");
            return List.of();
        }
        if (array.size() > maxCount) {
            mistake(key, array.size() + " elements (expected: at most " + maxCount + ")");
            return List.of();
        }
        return array.toList();
    }

    Map<String, String> strings(String key, int maxCount, int maxLength) {
        TomlCursor inner = table(key);
        if (inner == null) {
            return Map.of();
        }
        if (inner.keys().size() > maxCount) {
            mistake(key, inner.keys().size() + " entries (expected: at most " + maxCount + ")");
            return Map.of();
        }
        Map<String, String> strings = new LinkedHashMap<>();
        for (String name : inner.keys()) {
            String text = inner.text(name, maxLength);
            if (text != null) {
                strings.put(name, text);
            }
        }
        return strings;
    }

    @Nullable
    TomlCursor table(String key) {
        Object value = value(key);
        if (value == null) {
            return null;
        }
        if (!(value instanceof TomlTable inner)) {
            mistake(key, shown(value) + " (expected: a table)");
            return null;
        }
        Where place = where(key);
        return new TomlCursor(source, path(key), inner, place, mistakes);
    }

    /** The tables of an array of tables. */
    List<TomlCursor> tables(String key, int maxCount) {
        List<TomlCursor> cursors = new ArrayList<>();
        Object value = has(key) ? table.get(List.of(key)) : null;
        List<Object> elements = array(key, maxCount);
        for (int i = 0; i < elements.size(); i++) {
            String at = path(key) + "[" + i + "]";
            TomlPosition position = value instanceof TomlArray array ? array.inputPositionOf(i) : null;
            Where place =
                    position == null ? where(key).field(at) : new Where(source, position.line(), position.column(), at);
            if (elements.get(i) instanceof TomlTable inner) {
                cursors.add(new TomlCursor(source, at, inner, place, mistakes));
            } else {
                mistakes.add(place, shown(elements.get(i)) + " (expected: a table)");
            }
        }
        return cursors;
    }

    /** A value of any type; asking marks the key as known. */
    @Nullable
    Object value(String key) {
        asked.add(key);
        return has(key) ? table.get(List.of(key)) : null;
    }

    /** Says of a known key that this build does not do it. */
    void unsupported(String key, String why) {
        if (has(key)) {
            mistake(key, key + " is not supported (" + why + ")");
        }
        asked.add(key);
    }

    /** Reports what was written and never asked for, with the known key that is nearest to it. */
    void finish(String knownKeys) {
        for (String key : table.keySet()) {
            if (!asked.contains(key)) {
                String near = NearestKey.of(key, List.of(knownKeys.split("[, ()]+")));
                mistake(
                        key,
                        "unknown key \"" + shortened(key) + "\"" + (near.isEmpty() ? "" : ", perhaps \"" + near + "\"")
                                + " (expected one of: " + knownKeys + ")");
            }
        }
    }

    static String shown(Object value) {
        return switch (value) {
            case TomlTable _ -> "a table";
            case TomlArray _ -> "an array";
            case String text -> "\"" + shortened(text) + "\"";
            default -> value.toString();
        };
    }

    static String shortened(String text) {
        return text.length() > 80 ? text.substring(0, 80) + "…" : text;
    }

    private String path(String key) {
        return path.isEmpty() ? shortened(key) : path + "." + shortened(key);
    }

    private @Nullable String checked(String key, String text, int maxLength) {
        if (text.length() > maxLength) {
            mistake(key, text.length() + " characters (expected: at most " + maxLength + ")");
            return null;
        }
        if (text.indexOf('\0') >= 0) {
            mistake(key, "holds a NUL character (expected: text without it)");
            return null;
        }
        return text;
    }
}
