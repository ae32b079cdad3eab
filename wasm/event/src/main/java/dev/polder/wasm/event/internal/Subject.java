package dev.polder.wasm.event.internal;

import dev.polder.wasm.capability.MessageBroker;

/** Patterns of subjects as NATS has them: {@code *} stands for one word, {@code >} at the end for one or more. */
final class Subject {

    private Subject() {}

    /** Whether it can be listened to. */
    static boolean isPattern(String pattern) {
        String plain = pattern.endsWith(">") && (pattern.length() == 1 || pattern.endsWith(".>"))
                ? pattern.substring(0, pattern.length() - 1) + "x"
                : pattern;
        String[] words = plain.split("\\.", -1);
        for (int i = 0; i < words.length; i++) {
            words[i] = words[i].equals("*") ? "x" : words[i];
        }
        return MessageBroker.isSubject(String.join(".", words));
    }

    static boolean matches(String pattern, String subject) {
        int p = 0;
        int s = 0;
        while (p < pattern.length()) {
            int pEnd = end(pattern, p);
            String word = pattern.substring(p, pEnd);
            if (s > subject.length()) {
                return false;
            }
            if (word.equals(">")) {
                return s < subject.length();
            }
            int sEnd = end(subject, s);
            if (!word.equals("*") && !subject.regionMatches(s, word, 0, Math.max(word.length(), sEnd - s))) {
                return false;
            }
            p = pEnd + 1;
            s = sEnd + 1;
        }
        return s > subject.length();
    }

    private static int end(String text, int from) {
        int dot = text.indexOf('.', from);
        return dot < 0 ? text.length() : dot;
    }
}
