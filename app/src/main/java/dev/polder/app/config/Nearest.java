package dev.polder.app.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** The known word that somebody who wrote an unknown one most likely meant. */
final class Nearest {

    private static final int FURTHEST = 3;

    private Nearest() {}

    /** {@code (did you mean "portal"?)} with a space before, or nothing. */
    static String hint(String written, Collection<String> known) {
        return find(written, known, FURTHEST)
                .map(word -> " (did you mean \"" + word + "\"?)")
                .orElse("");
    }

    static Optional<String> find(String written, Collection<String> known, int furthest) {
        String best = null;
        int least = Math.min(furthest, Math.max(1, written.length() / 2)) + 1;
        for (String word : known) {
            int distance = distance(written.toLowerCase(Locale.ROOT), word.toLowerCase(Locale.ROOT));
            if (distance < least) {
                least = distance;
                best = word;
            }
        }
        return Optional.ofNullable(best);
    }

    /** Levenshtein's: insertions, deletions and replacements. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
