package dev.polder.app.config;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Every mistake found so far, so that all can be told at once. */
final class Mistakes {

    private record Mistake(Where where, String text) {
        @Override
        public String toString() {
            return where + ": " + text;
        }
    }

    private final List<Mistake> found = new ArrayList<>();

    void add(Where where, String text) {
        found.add(new Mistake(where, text));
    }

    void throwIfAny() {
        if (found.isEmpty()) {
            return;
        }
        found.sort(Comparator.comparing((Mistake mistake) -> mistake.where().source())
                .thenComparingInt(mistake -> mistake.where().line()));
        if (found.size() == 1) {
            throw Problem.invalid(found.getFirst().text(), found.getFirst().where());
        }
        StringBuilder text = new StringBuilder("configuration: " + found.size() + " mistakes");
        found.forEach(mistake -> text.append("\n  ").append(mistake));
        throw Problem.invalid(text.toString());
    }
}
