package dev.polder.mesh.config.internal;

import java.util.ArrayList;
import java.util.List;

/** What is wrong with one resource, each as {@code field: found (expected: …)}; at most a few are kept. */
public final class Mistakes {

    private static final int KEPT = 10;

    private final List<String> texts = new ArrayList<>();
    private int count;

    /** Notes a mistake at a field. */
    public void add(String path, String message) {
        if (count++ < KEPT) {
            texts.add(path + ": " + message);
        }
    }

    public boolean isEmpty() {
        return count == 0;
    }

    /** All of them in one line. */
    public String text() {
        String joined = String.join("; ", texts);
        return count > KEPT ? joined + "; and " + (count - KEPT) + " more" : joined;
    }
}
