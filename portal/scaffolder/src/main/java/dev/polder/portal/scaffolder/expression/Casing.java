package dev.polder.portal.scaffolder.expression;

import java.util.Locale;

/** Upper and lower case without a language, as JavaScript does it. */
final class Casing {

    private Casing() {}

    static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    static String capital(String text) {
        return text.isEmpty() ? text : upper(text.substring(0, 1)) + lower(text.substring(1));
    }
}
