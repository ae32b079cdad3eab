package dev.polder.portal.scaffolder.expression;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Where;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Renders templates: text with <code>${{ }}</code>, <code>{% %}</code> and <code>{# #}</code>.
 *
 * <p>Immutable and safe for any thread. A template sees the context it is given, Nunjucks' filters and tests, the
 * functions {@code range}, {@code cycler} and {@code joiner}, and what was added with {@link #with}: nothing else of the
 * program can be reached. Every rendering has limits and ends. Whatever a template does wrong is a {@link Problem},
 * INVALID or TOO_LARGE, with the line and column in it.
 *
 * <p>Source: Nunjucks 3.2 as restricted by Backstage's scaffolder.
 */
public final class Expressions {

    /** A filter over JSON; a missing value is a {@code MissingNode}. What it throws should be a {@link Problem}. */
    @FunctionalInterface
    public interface JsonFilter extends BiFunction<JsonNode, List<JsonNode>, JsonNode> {}

    private final Syntax syntax;
    private final RenderLimits limits;
    private final Map<String, Filters.Filter> filters;
    private final Map<String, Value> functions;

    private Expressions(
            Syntax syntax, RenderLimits limits, Map<String, Filters.Filter> filters, Map<String, Value> functions) {
        this.syntax = syntax;
        this.limits = limits;
        this.filters = filters;
        this.functions = functions;
    }

    /** Nunjucks' own filters and nothing more, in the standard syntax with the default limits. */
    public static Expressions standard() {
        return new Expressions(Syntax.STANDARD, RenderLimits.DEFAULT, new TreeMap<>(Filters.standard()), Map.of());
    }

    /** The same with another syntax. */
    public Expressions with(Syntax other) {
        Map<String, Filters.Filter> all = new TreeMap<>(filters);
        if (other.cookiecutter()) {
            all.put("jsonify", Filters.standard().getOrDefault("dump", (in, call) -> in));
        }
        return new Expressions(other, limits, all, functions);
    }

    /** The same with other limits. */
    public Expressions with(RenderLimits other) {
        return new Expressions(syntax, other, filters, functions);
    }

    /** The same with one more filter. */
    public Expressions withFilter(String name, JsonFilter filter) {
        Map<String, Filters.Filter> all = new TreeMap<>(filters);
        all.put(name, (input, call) -> {
            Run run = call.run();
            List<JsonNode> arguments = new java.util.ArrayList<>(call.positional().stream()
                    .map(value -> Value.toJson(value, run))
                    .toList());
            if (!call.named().isEmpty()) {
                ObjectNode named = JsonNodeFactory.instance.objectNode();
                call.named().forEach((key, value) -> named.set(key, Value.toJson(value, run)));
                arguments.add(named);
            }
            try {
                return Value.of(filter.apply(Value.toJson(input, run), arguments));
            } catch (Problem e) {
                throw run.wrong(name + ": " + e.getMessage());
            }
        });
        return new Expressions(syntax, limits, all, functions);
    }

    /** The same with one more function without arguments. */
    public Expressions withFunction(String name, Supplier<JsonNode> function) {
        Map<String, Value> all = new HashMap<>(functions);
        Value.Fn called = call -> Value.of(function.get());
        all.put(name, called);
        return new Expressions(syntax, limits, filters, Map.copyOf(all));
    }

    /** The names of all filters. */
    public List<String> filterNames() {
        return List.copyOf(filters.keySet());
    }

    /**
     * Renders to text.
     *
     * @param source what the template is called in messages, such as its path
     */
    public String render(String source, String template, ObjectNode context) {
        if (isPlain(template)) {
            return template;
        }
        return guarded(source, () -> {
            List<Stmt> body = TemplateParser.parse(source, template, syntax, limits);
            Run run = new Run(source, limits);
            return new Interpreter(run, evaluator(run, context)).text(body, new Frame(null));
        });
    }

    /**
     * Renders to a value: a template that is one interpolation and nothing else keeps the type of its value; a missing
     * value is a {@code MissingNode}. Everything else is text.
     */
    public JsonNode renderValue(String source, String template, ObjectNode context) {
        if (isPlain(template)) {
            return JsonNodeFactory.instance.stringNode(template);
        }
        return guarded(source, () -> {
            List<Stmt> body = TemplateParser.parse(source, template, syntax, limits);
            Run run = new Run(source, limits);
            Evaluator evaluator = evaluator(run, context);
            if (body.size() == 1 && body.getFirst() instanceof Stmt.Output output) {
                run.at(output.place());
                return Value.toJson(evaluator.value(output.expression(), new Frame(null)), run);
            }
            return JsonNodeFactory.instance.stringNode(new Interpreter(run, evaluator).text(body, new Frame(null)));
        });
    }

    /** {@code JSON.stringify(value, null, indent)}, as JavaScript writes it. */
    public static String stringify(JsonNode value, int indent) {
        return JsonText.of(value, " ".repeat(indent));
    }

    private boolean isPlain(String template) {
        return !template.contains(syntax.outputStart()) && !template.contains("{%") && !template.contains("{#");
    }

    private Evaluator evaluator(Run run, ObjectNode context) {
        // Copied when first asked for: a template uses few of the names, and may change what it gets.
        Map<String, Value> copies = new LinkedHashMap<>();
        return new Evaluator(
                run,
                name -> copies.computeIfAbsent(name, n -> {
                    JsonNode given = context.get(n);
                    if (given != null) {
                        return Value.of(given);
                    }
                    return functions.getOrDefault(n, Value.UNDEFINED);
                }),
                filters);
    }

    private static <T> T guarded(String source, Supplier<T> rendering) {
        try {
            return rendering.get();
        } catch (StackOverflowError e) {
            throw new Problem(
                    Problem.Code.TOO_LARGE,
                    Problem.WhoFailed.CALLER,
                    false,
                    "template: nested too deeply",
                    Where.of(source),
                    null);
        }
    }
}
