package dev.polder.portal.catalog;

import org.jspecify.annotations.Nullable;

/**
 * One broken rule of an entity, in Backstage's words.
 *
 * @param name the error's name in API answers, such as {@code InputError}
 * @param message what Backstage's backend says
 * @param field dotted path of the field at fault, empty for the whole entity
 * @param cause the narrower error that the message repeats at its end, or null
 * @param hint what people are told besides, and Backstage's clients are not, or null
 */
record EntityProblem(
        String name,
        String message,
        String field,
        @Nullable EntityProblem cause,
        @Nullable String hint) {

    static EntityProblem of(String name, String message, String field) {
        return new EntityProblem(name, message, field, null, null);
    }

    /** The same with words for people. */
    EntityProblem hinting(String words) {
        return new EntityProblem(name, message, field, cause, words);
    }

    /** {@code what; caused by name: message}, with this problem as cause. */
    EntityProblem wrapped(String outerName, String what) {
        return new EntityProblem(outerName, what + "; caused by " + name + ": " + message, field, this, null);
    }

    /** What is wrong in itself, without the steps of processing around it. */
    String plain() {
        return cause != null ? cause.plain() : hint == null ? message : message + " (" + hint + ")";
    }

    @Override
    public String toString() {
        return name + ": " + message;
    }
}
