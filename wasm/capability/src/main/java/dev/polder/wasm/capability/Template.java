package dev.polder.wasm.capability;

import dev.polder.kernel.model.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A text with application variables in it: {@code https://{{ host }}/api}. Immutable.
 *
 * <p>Source: Spin's expressions. There is no escape for two opening braces, and spaces around a name do not count.
 */
public final class Template {

    private sealed interface Part {}

    private record Literal(String text) implements Part {}

    private record Variable(String name) implements Part {}

    private final String source;
    private final List<Part> parts;

    private Template(String source, List<Part> parts) {
        this.source = source;
        this.parts = List.copyOf(parts);
    }

    /**
     * Reads a template.
     *
     * @throws Problem INVALID when braces stay open or a name is none
     */
    public static Template parse(String source) {
        List<Part> parts = new ArrayList<>();
        int at = 0;
        while (at < source.length()) {
            int open = source.indexOf("{{", at);
            if (open < 0) {
                parts.add(new Literal(source.substring(at)));
                break;
            }
            if (open > at) {
                parts.add(new Literal(source.substring(at, open)));
            }
            int close = source.indexOf("}}", open);
            if (close < 0) {
                throw Problem.invalid("\"{{\" without \"}}\" (expected: {{ name }})");
            }
            String name = source.substring(open + 2, close).strip();
            String fault = Variables.nameFault(name);
            if (fault != null) {
                throw Problem.invalid("{{ " + name + " }}: " + fault);
            }
            parts.add(new Variable(name));
            at = close + 2;
        }
        return new Template(source, parts);
    }

    /** Whether no variable stands in it. */
    public boolean isLiteral() {
        return parts.stream().allMatch(Literal.class::isInstance);
    }

    /** The names of its variables, in order; one that stands twice is named twice. */
    public List<String> variables() {
        List<String> names = new ArrayList<>();
        for (Part part : parts) {
            if (part instanceof Variable(String name)) {
                names.add(name);
            }
        }
        return names;
    }

    /** The text with every variable replaced by what {@code value} says of its name. */
    String render(UnaryOperator<String> value) {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            text.append(
                    switch (part) {
                        case Literal(String literal) -> literal;
                        case Variable(String name) -> value.apply(name);
                    });
        }
        return text.toString();
    }

    /** The text as written; it shows names, never values. */
    @Override
    public String toString() {
        return source;
    }
}
