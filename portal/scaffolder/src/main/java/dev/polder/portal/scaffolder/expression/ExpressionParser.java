package dev.polder.portal.scaffolder.expression;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;
import dev.polder.portal.scaffolder.expression.Expr.Arguments;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Reads the words of one tag. Precedence is Nunjucks' own: each level below calls the next tighter one. */
final class ExpressionParser {

    private static final Set<String> EQUALITY = Set.of("==", "===", "!=", "!==");
    private static final Set<String> RELATION = Set.of("<", ">", "<=", ">=");

    private static final Set<String> FLAT =
            Set.of("==", "===", "!=", "!==", "<", ">", "<=", ">=", "~", "+", "-", "*", "/", "%");

    /** Names through which JavaScript engines were broken out of; refused so that a template is not mistaken for safe. */
    private static final Set<String> RESERVED = Set.of("constructor", "__proto__", "prototype");

    /** From loose to tight; the operators of one level go from left to right. */
    private static final List<Set<String>> ARITHMETIC =
            List.of(Set.of("~", "+", "-"), Set.of("*", "/", "%"), Set.of("//"));

    private final String source;
    private final List<Token> tokens;
    private final int maxDepth;
    private int at;
    private int depth;

    ExpressionParser(String source, List<Token> tokens, int maxDepth) {
        this.source = source;
        this.tokens = tokens;
        this.maxDepth = maxDepth;
    }

    Token peek() {
        return tokens.get(at);
    }

    Token take() {
        Token token = tokens.get(at);
        if (token.kind() != Token.Kind.END) {
            at++;
        }
        return token;
    }

    boolean skip(String symbol) {
        if (peek().is(symbol)) {
            at++;
            return true;
        }
        return false;
    }

    void require(String symbol) {
        if (!skip(symbol)) {
            throw unexpected(symbol);
        }
    }

    void requireEnd() {
        if (peek().kind() != Token.Kind.END) {
            throw unexpected("the end of the tag");
        }
    }

    String name(String what) {
        Token token = take();
        if (token.kind() != Token.Kind.NAME) {
            at = Math.max(0, token.kind() == Token.Kind.END ? at : at - 1);
            throw unexpected(what);
        }
        return token.text();
    }

    Problem unexpected(String expected) {
        return wrong("found " + peek() + " (expected: " + expected + ")", peek().place());
    }

    Problem wrong(String detail, Place place) {
        return Problem.invalid(detail, new Where(source, place.line(), place.column(), null));
    }

    Expr expression() {
        enter();
        Expr node = or();
        Place place = peek().place();
        if (skip("if")) {
            Expr condition = or();
            Expr otherwise = skip("else") ? or() : null;
            node = new Expr.InlineIf(place, condition, node, otherwise);
        }
        depth--;
        return node;
    }

    private Expr or() {
        Expr left = and();
        for (Place place = peek().place(); skip("or"); place = peek().place()) {
            left = deeper(new Expr.Binary(place, "or", left, and()));
        }
        return left;
    }

    private Expr and() {
        Expr left = not();
        for (Place place = peek().place(); skip("and"); place = peek().place()) {
            left = deeper(new Expr.Binary(place, "and", left, not()));
        }
        return left;
    }

    private Expr not() {
        Place place = peek().place();
        if (!skip("not")) {
            return in();
        }
        enter();
        Expr operand = not();
        depth--;
        return negated(place, operand);
    }

    /**
     * Nunjucks turns {@code not a == b} into JavaScript's {@code !a == b}, which negates {@code a} alone; templates have
     * come to rely on it.
     */
    private static Expr negated(Place place, Expr operand) {
        if (operand instanceof Expr.Binary binary && FLAT.contains(binary.operator())) {
            return new Expr.Binary(binary.place(), binary.operator(), negated(place, binary.left()), binary.right());
        }
        return new Expr.Unary(place, "not", operand);
    }

    private Expr in() {
        Expr left = is();
        while (true) {
            Place place = peek().place();
            boolean negated = peek().is("not") && tokens.get(at + 1).is("in");
            if (negated) {
                at++;
            }
            if (!skip("in")) {
                return left;
            }
            Expr member = deeper(new Expr.Binary(place, "in", left, is()));
            left = negated ? new Expr.Unary(place, "not", member) : member;
        }
    }

    private Expr is() {
        Expr input = compare();
        Place place = peek().place();
        if (!skip("is")) {
            return input;
        }
        boolean negated = skip("not");
        String test = name("the name of a test, such as defined");
        Arguments arguments = peek().is("(") ? arguments() : Arguments.NONE;
        Expr node = new Expr.Is(place, input, test, arguments);
        return negated ? new Expr.Unary(place, "not", node) : node;
    }

    private Expr compare() {
        Expr left = relation();
        while (peek().kind() == Token.Kind.OPERATOR && EQUALITY.contains(peek().text())) {
            Token operator = take();
            left = deeper(new Expr.Binary(operator.place(), operator.text(), left, relation()));
        }
        return left;
    }

    private Expr relation() {
        Expr left = arithmetic(0);
        while (peek().kind() == Token.Kind.OPERATOR && RELATION.contains(peek().text())) {
            Token operator = take();
            left = deeper(new Expr.Binary(operator.place(), operator.text(), left, arithmetic(0)));
        }
        return left;
    }

    private Expr arithmetic(int level) {
        if (level == ARITHMETIC.size()) {
            return power();
        }
        Expr left = arithmetic(level + 1);
        while (peek().kind() == Token.Kind.OPERATOR && ARITHMETIC.get(level).contains(peek().text())) {
            Token operator = take();
            left = deeper(new Expr.Binary(operator.place(), operator.text(), left, arithmetic(level + 1)));
        }
        return left;
    }

    private Expr power() {
        Expr left = unary(true);
        for (Place place = peek().place(); skip("**"); place = peek().place()) {
            left = deeper(new Expr.Binary(place, "**", left, unary(true)));
        }
        return left;
    }

    private Expr unary(boolean filters) {
        enter();
        Place place = peek().place();
        Expr node;
        if (skip("-")) {
            node = new Expr.Unary(place, "-", unary(false));
        } else if (skip("+")) {
            node = new Expr.Unary(place, "+", unary(false));
        } else {
            node = postfix(primary());
        }
        depth--;
        return filters ? filters(node) : node;
    }

    private Expr filters(Expr input) {
        Expr node = input;
        for (Place place = peek().place(); skip("|"); place = peek().place()) {
            String name = filterName();
            Arguments arguments = peek().is("(") ? arguments() : Arguments.NONE;
            node = deeper(new Expr.Filter(place, node, name, arguments));
        }
        return node;
    }

    String filterName() {
        StringBuilder name = new StringBuilder(name("the name of a filter"));
        while (skip(".")) {
            name.append('.').append(name("the rest of a filter's name"));
        }
        return name.toString();
    }

    private Expr postfix(Expr target) {
        Expr node = target;
        while (true) {
            Token token = peek();
            if (token.is("(")) {
                node = deeper(new Expr.Invoke(token.place(), node, arguments()));
            } else if (skip("[")) {
                node = deeper(subscript(token.place(), node));
            } else if (skip(".")) {
                Place place = peek().place();
                String field = name("the name of a field");
                node = deeper(new Expr.Lookup(place, node, new Expr.Literal(place, Value.of(allowed(field, place)))));
            } else {
                return node;
            }
        }
    }

    private Expr subscript(Place place, Expr target) {
        Expr start = peek().is(":") ? null : expression();
        if (!peek().is(":")) {
            require("]");
            if (start == null) {
                throw unexpected("an expression");
            }
            if (start instanceof Expr.Literal literal && literal.value() instanceof Value.Str str) {
                allowed(str.value(), place);
            }
            return new Expr.Lookup(place, target, start);
        }
        require(":");
        Expr stop = peek().is(":") || peek().is("]") ? null : expression();
        @Nullable Expr step = null;
        if (skip(":")) {
            step = peek().is("]") ? null : expression();
        }
        require("]");
        return new Expr.Slice(place, target, start, stop, step);
    }

    private String allowed(String name, Place place) {
        if (RESERVED.contains(name)) {
            throw wrong("the name \"" + name + "\" is reserved (expected: the name of a field)", place);
        }
        return name;
    }

    Arguments arguments() {
        require("(");
        List<Expr> positional = new ArrayList<>();
        Map<String, Expr> named = new LinkedHashMap<>();
        while (!skip(")")) {
            if (!positional.isEmpty() || !named.isEmpty()) {
                require(",");
            }
            if (peek().kind() == Token.Kind.NAME && tokens.get(at + 1).is("=")) {
                String name = take().text();
                require("=");
                named.put(name, expression());
            } else {
                positional.add(expression());
            }
        }
        return new Arguments(List.copyOf(positional), named);
    }

    private Expr primary() {
        Token token = take();
        Place place = token.place();
        return switch (token.kind()) {
            case STRING -> new Expr.Literal(place, Value.of(token.text()));
            case NUMBER -> new Expr.Literal(place, Value.of(Double.parseDouble(token.text())));
            case REGEX -> new Expr.Literal(place, regex(token));
            case NAME ->
                switch (token.text()) {
                    case "true" -> new Expr.Literal(place, Value.TRUE);
                    case "false" -> new Expr.Literal(place, Value.FALSE);
                    case "none", "null" -> new Expr.Literal(place, Value.NULL);
                    default -> new Expr.Name(place, allowed(token.text(), place));
                };
            case OPERATOR ->
                switch (token.text()) {
                    case "(" -> group(place);
                    case "[" -> new Expr.ListOf(place, items("]"));
                    case "{" -> dict(place);
                    default -> {
                        at--;
                        throw unexpected("a value");
                    }
                };
            case END -> throw unexpected("a value");
        };
    }

    private Expr group(Place place) {
        List<Expr> items = items(")");
        if (items.isEmpty()) {
            throw wrong("empty parentheses (expected: an expression)", place);
        }
        return new Expr.Group(place, items);
    }

    private List<Expr> items(String end) {
        List<Expr> items = new ArrayList<>();
        while (!skip(end)) {
            if (!items.isEmpty()) {
                require(",");
                if (skip(end)) {
                    break;
                }
            }
            items.add(expression());
        }
        return List.copyOf(items);
    }

    private Expr dict(Place place) {
        List<Expr.Pair> pairs = new ArrayList<>();
        while (!skip("}")) {
            if (!pairs.isEmpty()) {
                require(",");
            }
            Place keyPlace = peek().place();
            Expr key = primary();
            if (key instanceof Expr.Name name) {
                key = new Expr.Literal(keyPlace, Value.of(name.name()));
            }
            if (key instanceof Expr.Literal literal && literal.value() instanceof Value.Str str) {
                allowed(str.value(), keyPlace);
            }
            require(":");
            pairs.add(new Expr.Pair(key, expression()));
        }
        return new Expr.Dict(place, List.copyOf(pairs));
    }

    private Value regex(Token token) {
        int slash = token.text().indexOf('/');
        String flags = token.text().substring(0, slash);
        String pattern = token.text().substring(slash + 1);
        int options =
                (flags.contains("i") ? Pattern.CASE_INSENSITIVE : 0) | (flags.contains("m") ? Pattern.MULTILINE : 0);
        try {
            return new Value.Regex(Pattern.compile(pattern, options), flags.contains("g"), pattern, flags);
        } catch (PatternSyntaxException e) {
            throw wrong("not a regular expression: " + e.getDescription(), token.place());
        }
    }

    /** A left-leaning chain nests as deep as it is long. */
    private Expr deeper(Expr node) {
        if (++chain > maxDepth * 10) {
            throw Problem.tooLarge("template: an expression of more than " + maxDepth * 10 + " operators")
                    .at(new Where(source, node.place().line(), node.place().column(), null));
        }
        return node;
    }

    private int chain;

    private void enter() {
        if (++depth > maxDepth) {
            throw Problem.tooLarge("template: nested deeper than " + maxDepth + " levels")
                    .at(new Where(source, peek().place().line(), peek().place().column(), null));
        }
    }
}
