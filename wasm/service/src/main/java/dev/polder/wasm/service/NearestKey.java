package dev.polder.wasm.service;

import java.util.Collection;
import java.util.Locale;

/** Finds the known key that a mistyped one was probably meant to be. */
final class NearestKey {

    private static final int MAX_LENGTH = 64;
    private static final int MIN_BEGINNING = 4;

    private NearestKey() {}

    /** One that begins with it, else the nearest by edits of a letter, if at most a third of them differ; or {@code ""}. */
    static String of(String key, Collection<String> known) {
        String best = "";
        int least = Integer.MAX_VALUE;
        for (String candidate : known) {
            String lower = key.toLowerCase(Locale.ROOT).replace('-', '_');
            boolean begins = lower.length() >= MIN_BEGINNING && candidate.startsWith(lower);
            int edits = begins ? 1 : edits(lower, candidate);
            if (edits < least && edits <= Math.max(1, candidate.length() / 3)) {
                least = edits;
                best = candidate;
            }
        }
        return best;
    }

    private static int edits(String a, String b) {
        if (a.length() > MAX_LENGTH) {
            return Integer.MAX_VALUE;
        }
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
