package dev.polder.kernel.model;

import org.jspecify.annotations.Nullable;

/**
 * A place in a document: {@code catalog-info.yaml:12:5 (metadata.name)}.
 *
 * @param source path, URL or other name of the document
 * @param line one-based line; 0 when unknown
 * @param column one-based column; 0 when unknown
 * @param field dotted path of the field, or null
 */
public record Where(
        String source, int line, int column, @Nullable String field) {

    /** A document as a whole. */
    public static Where of(String source) {
        return new Where(source, 0, 0, null);
    }

    /** The same place, said of a field. */
    public Where field(String path) {
        return new Where(source, line, column, path);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(source);
        if (line > 0) {
            text.append(':').append(line);
            if (column > 0) {
                text.append(':').append(column);
            }
        }
        if (field != null) {
            text.append(" (").append(field).append(')');
        }
        return text.toString();
    }
}
