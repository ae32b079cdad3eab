package dev.polder.portal.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * SQL's {@code LIKE '%term%'}, which is how Backstage searches text: {@code %} stands for anything, {@code _} for one
 * character, a backslash takes the next character as it is.
 *
 * <p>Matches segment by segment without backtracking further than the last {@code %}, so that no term is slow.
 */
final class LikePattern implements Predicate<String> {

    private static final int ANY_ONE = -1;

    /** Pieces between {@code %}; each is a run of code points, {@link #ANY_ONE} for {@code _}. */
    private final List<int[]> pieces = new ArrayList<>();

    private LikePattern(String term) {
        List<Integer> piece = new ArrayList<>();
        int[] points = term.codePoints().toArray();
        for (int i = 0; i < points.length; i++) {
            if (points[i] == '%') {
                close(piece);
            } else if (points[i] == '\\' && i + 1 < points.length) {
                piece.add(points[++i]);
            } else {
                piece.add(points[i] == '_' ? ANY_ONE : points[i]);
            }
        }
        close(piece);
    }

    /** Texts that contain the term. */
    static Predicate<String> containing(String term) {
        boolean plain = term.indexOf('%') < 0 && term.indexOf('_') < 0 && term.indexOf('\\') < 0;
        return plain ? text -> text.contains(term) : new LikePattern(term);
    }

    private void close(List<Integer> piece) {
        if (!piece.isEmpty()) {
            pieces.add(piece.stream().mapToInt(Integer::intValue).toArray());
            piece.clear();
        }
    }

    @Override
    public boolean test(String text) {
        int[] points = text.codePoints().toArray();
        int at = 0;
        for (int[] piece : pieces) {
            while (at + piece.length <= points.length && !matches(points, at, piece)) {
                at++;
            }
            if (at + piece.length > points.length) {
                return false;
            }
            at += piece.length;
        }
        return true;
    }

    private static boolean matches(int[] points, int at, int[] piece) {
        for (int i = 0; i < piece.length; i++) {
            if (piece[i] != ANY_ONE && piece[i] != points[at + i]) {
                return false;
            }
        }
        return true;
    }
}
