package dev.polder.app.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows of text in aligned columns, three spaces apart. */
public final class Columns {

    private Columns() {}

    /** One line for each row, which all have as many cells as the first. */
    public static List<String> align(List<String[]> rows) {
        int columns = rows.getFirst().length;
        int[] widths = new int[columns];
        for (String[] row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        List<String> lines = new ArrayList<>();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row[i]).append(" ".repeat(widths[i] - row[i].length() + 3));
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }
}
