package dev.polder.portal.scaffolder.expression;

import java.util.List;

/** A top-level part of a template: text, a <code>${{ }}</code>, or a <code>{% %}</code>; comments are gone. */
sealed interface Segment {

    record Text(String text) implements Segment {}

    record Output(Place place, List<Token> tokens) implements Segment {}

    record Tag(Place place, List<Token> tokens) implements Segment {
        String name() {
            return tokens.getFirst().text();
        }
    }
}
