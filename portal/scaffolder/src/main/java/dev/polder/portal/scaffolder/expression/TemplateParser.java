package dev.polder.portal.scaffolder.expression;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a whole template. */
final class TemplateParser {

    private static final Set<String> LOADING = Set.of("include", "import", "from", "extends");

    private final String source;
    private final List<Segment> segments;
    private final int maxDepth;
    private int at;
    private int depth;

    private TemplateParser(String source, List<Segment> segments, int maxDepth) {
        this.source = source;
        this.segments = segments;
        this.maxDepth = maxDepth;
    }

    /** @throws Problem INVALID with line and column, TOO_LARGE beyond a limit */
    static List<Stmt> parse(String source, String text, Syntax syntax, RenderLimits limits) {
        if (text.length() > limits.maxSource()) {
            throw Problem.tooLarge(
                    source + ": " + text.length() + " characters (expected: at most " + limits.maxSource() + ")");
        }
        TemplateParser parser =
                new TemplateParser(source, new Lexer(source, text, syntax).segments(), limits.maxDepth());
        return parser.body(null, Set.of());
    }

    /** Reads up to one of the tags that end a body, which is left in place; up to the end of the file without. */
    private List<Stmt> body(Segment.@Nullable Tag open, Set<String> ends) {
        if (++depth > maxDepth) {
            throw Problem.tooLarge(source + ": tags nested deeper than " + maxDepth + " levels");
        }
        List<Stmt> body = new ArrayList<>();
        while (at < segments.size()) {
            Segment segment = segments.get(at);
            if (segment instanceof Segment.Tag tag && ends.contains(tag.name())) {
                depth--;
                return body;
            }
            at++;
            switch (segment) {
                case Segment.Text text -> body.add(new Stmt.Text(text.text()));
                case Segment.Output output -> {
                    ExpressionParser words = words(output.tokens());
                    Expr expression = words.expression();
                    words.requireEnd();
                    body.add(new Stmt.Output(output.place(), expression));
                }
                case Segment.Tag tag -> body.add(statement(tag));
            }
        }
        if (open != null) {
            throw wrong(
                    "{% " + open.name() + " %} does not end (expected: {% "
                            + String.join(" %} or {% ", ends.stream().sorted().toList()) + " %})",
                    open.place());
        }
        depth--;
        return body;
    }

    private Stmt statement(Segment.Tag tag) {
        ExpressionParser words = words(tag.tokens());
        String name = words.take().text();
        return switch (name) {
            case "if", "ifAsync" -> ifStatement(tag, words);
            case "for", "asyncEach", "asyncAll" ->
                forStatement(tag, words, "end" + (name.equals("for") ? "for" : name.substring(5)));
            case "set" -> assign(tag, words);
            case "macro" -> macro(tag, words);
            case "call" -> call(tag, words);
            case "filter" -> filter(tag, words);
            case "switch" -> switchStatement(tag, words);
            case "block" -> {
                words.name("the name of the block");
                words.requireEnd();
                List<Stmt> body = body(tag, Set.of("endblock"));
                at++;
                yield new Stmt.Block(tag.place(), body);
            }
            default -> {
                if (LOADING.contains(name)) {
                    throw wrong("{% " + name + " %} is not supported: a template cannot load another", tag.place());
                }
                throw wrong(
                        "unknown tag \"" + name + "\" (expected: if, for, set, raw, macro, call, filter, switch)",
                        tag.place());
            }
        };
    }

    private Stmt ifStatement(Segment.Tag open, ExpressionParser first) {
        List<Stmt.Branch> branches = new ArrayList<>();
        List<Stmt> otherwise = List.of();
        ExpressionParser words = first;
        while (true) {
            Expr condition = words.expression();
            words.requireEnd();
            branches.add(new Stmt.Branch(condition, body(open, Set.of("elif", "elseif", "else", "endif"))));
            Segment.Tag end = endTag();
            if (end.name().equals("elif") || end.name().equals("elseif")) {
                words = words(end.tokens());
                words.take();
                continue;
            }
            if (end.name().equals("else")) {
                otherwise = body(open, Set.of("endif"));
                at++;
            }
            return new Stmt.If(open.place(), List.copyOf(branches), otherwise);
        }
    }

    private Stmt forStatement(Segment.Tag open, ExpressionParser words, String end) {
        List<String> names = new ArrayList<>();
        do {
            names.add(words.name("the name of a loop variable"));
        } while (words.skip(","));
        words.require("in");
        Expr items = words.expression();
        words.requireEnd();
        List<Stmt> body = body(open, Set.of("else", end));
        List<Stmt> otherwise = List.of();
        if (endTag().name().equals("else")) {
            otherwise = body(open, Set.of(end));
            at++;
        }
        return new Stmt.For(open.place(), List.copyOf(names), items, body, otherwise);
    }

    private Stmt assign(Segment.Tag open, ExpressionParser words) {
        List<String> names = new ArrayList<>();
        do {
            names.add(words.name("the name of a variable"));
        } while (words.skip(","));
        if (words.skip("=")) {
            Expr value = words.expression();
            words.requireEnd();
            return new Stmt.Assign(open.place(), List.copyOf(names), value, List.of());
        }
        words.requireEnd();
        List<Stmt> body = body(open, Set.of("endset"));
        at++;
        return new Stmt.Assign(open.place(), List.copyOf(names), null, body);
    }

    private Stmt macro(Segment.Tag open, ExpressionParser words) {
        String name = words.name("the name of the macro");
        List<Stmt.Parameter> parameters = parameters(words);
        words.requireEnd();
        List<Stmt> body = body(open, Set.of("endmacro"));
        at++;
        return new Stmt.Macro(open.place(), name, parameters, body);
    }

    private Stmt call(Segment.Tag open, ExpressionParser words) {
        List<Stmt.Parameter> parameters = words.peek().is("(") ? parameters(words) : List.of();
        Expr target = words.expression();
        words.requireEnd();
        if (!(target instanceof Expr.Invoke invoke)) {
            throw wrong("{% call %} needs a macro call, such as {% call box() %}", open.place());
        }
        List<Stmt> body = body(open, Set.of("endcall"));
        at++;
        return new Stmt.CallBlock(open.place(), invoke, parameters, body);
    }

    private List<Stmt.Parameter> parameters(ExpressionParser words) {
        words.require("(");
        List<Stmt.Parameter> parameters = new ArrayList<>();
        while (!words.skip(")")) {
            if (!parameters.isEmpty()) {
                words.require(",");
            }
            String name = words.name("the name of a parameter");
            parameters.add(new Stmt.Parameter(name, words.skip("=") ? words.expression() : null));
        }
        return List.copyOf(parameters);
    }

    private Stmt filter(Segment.Tag open, ExpressionParser words) {
        String name = words.filterName();
        Expr.Arguments arguments = words.peek().is("(") ? words.arguments() : Expr.Arguments.NONE;
        words.requireEnd();
        List<Stmt> body = body(open, Set.of("endfilter"));
        at++;
        return new Stmt.FilterBlock(open.place(), name, arguments, body);
    }

    private Stmt switchStatement(Segment.Tag open, ExpressionParser words) {
        Expr subject = words.expression();
        words.requireEnd();
        Set<String> ends = Set.of("case", "default", "endswitch");
        body(open, ends);
        List<Stmt.Case> cases = new ArrayList<>();
        List<Stmt> otherwise = List.of();
        while (true) {
            Segment.Tag tag = endTag();
            if (tag.name().equals("endswitch")) {
                return new Stmt.Switch(open.place(), subject, List.copyOf(cases), otherwise);
            }
            if (tag.name().equals("default")) {
                otherwise = body(open, ends);
                continue;
            }
            ExpressionParser value = words(tag.tokens());
            value.take();
            Expr expected = value.expression();
            value.requireEnd();
            cases.add(new Stmt.Case(expected, body(open, ends)));
        }
    }

    private Segment.Tag endTag() {
        if (segments.get(at) instanceof Segment.Tag tag) {
            at++;
            return tag;
        }
        throw new IllegalStateException("a body ends at a tag");
    }

    private ExpressionParser words(List<Token> tokens) {
        return new ExpressionParser(source, tokens, maxDepth);
    }

    private Problem wrong(String detail, Place place) {
        return Problem.invalid(detail, new Where(source, place.line(), place.column(), null));
    }
}
