package dev.polder.portal.scaffolder.expression;

import dev.polder.portal.scaffolder.expression.Filters.Filter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Filters that make text from text. */
final class TextFilters {

    private static final Pattern TAGS = Pattern.compile("</?[a-zA-Z][^>]{0,2000}>|<!--[^>]{0,2000}-->");
    private static final Pattern URL = Pattern.compile("https?://[^\\s<>\"']+");

    private TextFilters() {}

    static void addTo(Map<String, Filter> filters) {
        filters.put("upper", (in, c) -> text(in, "upper", c, Casing::upper));
        filters.put("lower", (in, c) -> text(in, "lower", c, Casing::lower));
        filters.put("capitalize", (in, c) -> text(in, "capitalize", c, Casing::capital));
        filters.put("title", (in, c) -> text(in, "title", c, TextFilters::title));
        filters.put("trim", (in, c) -> text(in, "trim", c, String::strip));
        filters.put("nl2br", (in, c) -> text(in, "nl2br", c, text -> text.replaceAll("\r\n|\n", "<br />\n")));
        filters.put("striptags", TextFilters::striptags);
        filters.put("replace", TextFilters::replace);
        filters.put("indent", TextFilters::indent);
        filters.put("center", TextFilters::center);
        filters.put("truncate", TextFilters::truncate);
        filters.put("wordcount", TextFilters::wordcount);
        filters.put("urlencode", TextFilters::urlencode);
        filters.put("urlize", TextFilters::urlize);
        filters.put("escape", TextFilters::escape);
        filters.put("e", TextFilters::escape);
        filters.put("forceescape", (in, c) -> safe(escaped(Value.output(in, c.run())), c.run()));
        filters.put("safe", (in, c) -> Value.missing(in) ? Value.EMPTY : safe(Value.text(in, c.run()), c.run()));
        filters.put("string", (in, c) -> in instanceof Value.Str ? in : Filters.made(Value.text(in, c.run()), c.run()));
        filters.put("dump", TextFilters::dump);
    }

    private interface Change {
        String of(String text);
    }

    private static Value text(Value input, String name, Value.Call call, Change change) {
        String text = Filters.requireText(input, name, call.run());
        call.run().charge(text.length());
        return Filters.made(change.of(text), call.run());
    }

    private static String title(String text) {
        return List.of(text.split(" ", -1)).stream().map(Casing::capital).collect(Collectors.joining(" "));
    }

    private static Value striptags(Value input, Value.Call call) {
        String text = Filters.requireText(input, "striptags", call.run());
        call.run().charge(text.length() * 4L);
        String plain = TAGS.matcher(text).replaceAll("").strip();
        boolean keepLines = Value.truthy(call.at(0, "preserve_linebreaks"));
        return Filters.made(
                keepLines
                        ? plain.replaceAll("(?m)^ +| +$", "")
                                .replaceAll(" +", " ")
                                .replaceAll("\n{3,}", "\n\n")
                        : plain.replaceAll("\\s+", " "),
                call.run());
    }

    private static Value replace(Value input, Value.Call call) {
        Run run = call.run();
        Value what = call.at(0);
        if (!(input instanceof Value.Str) && !(input instanceof Value.Num)) {
            return input;
        }
        String text = Value.text(input, run);
        if (what instanceof Value.Regex regex) {
            return Value.of(Patterns.replace(text, regex, Value.text(call.at(1), run), run));
        }
        if (!(what instanceof Value.Str) && !(what instanceof Value.Num)) {
            return input;
        }
        String with = Value.output(call.at(1), run);
        String mark = Value.text(what, run);
        Value most = call.at(2);
        double count = most == Value.UNDEFINED ? -1 : Value.number(most, run);
        StringBuilder result = new StringBuilder();
        if (mark.isEmpty()) {
            run.reserve(text.length() + (text.length() + 1L) * with.length());
            result.append(with);
            for (int i = 0; i < text.length(); i++) {
                result.append(text.charAt(i)).append(with);
            }
            return Value.of(result.toString());
        }
        int from = 0;
        for (int hit = text.indexOf(mark); hit >= 0 && count != 0; hit = text.indexOf(mark, from)) {
            run.step(1);
            result.append(text, from, hit).append(with);
            run.requireText(result.length());
            from = hit + mark.length();
            count--;
        }
        return Filters.made(result.append(text, from, text.length()).toString(), run);
    }

    private static Value indent(Value input, Value.Call call) {
        Run run = call.run();
        String text = Filters.requireText(input, "indent", run);
        Value widthValue = call.at(0, "width");
        double width = widthValue == Value.UNDEFINED ? 4 : Value.number(widthValue, run);
        boolean first = Value.truthy(call.at(1, "indentfirst"));
        List<String> lines = List.of(text.split("\n", -1));
        String blank = blanks(width, run);
        run.reserve(text.length() + (long) blank.length() * lines.size());
        StringBuilder result = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            result.append(i == 0 ? "" : "\n")
                    .append(i == 0 && !first ? "" : blank)
                    .append(lines.get(i));
        }
        return Value.of(result.toString());
    }

    private static String blanks(double width, Run run) {
        if (!(width <= 10_000)) {
            throw run.wrong("width: " + Numbers.text(width) + " (expected: at most 10000)");
        }
        return " ".repeat((int) Math.max(0, width));
    }

    private static Value center(Value input, Value.Call call) {
        Run run = call.run();
        String text = Filters.requireText(input, "center", run);
        double width = call.at(0) == Value.UNDEFINED ? 80 : Value.number(call.at(0), run);
        if (text.length() >= width) {
            return Value.of(text);
        }
        double spaces = width - text.length();
        String before = blanks(Math.ceil(spaces / 2 - spaces % 2), run);
        String after = blanks(Math.ceil(spaces / 2), run);
        return Filters.made(before + text + after, run);
    }

    private static Value truncate(Value input, Value.Call call) {
        Run run = call.run();
        String text = Filters.requireText(input, "truncate", run);
        Value most = call.at(0, "length");
        int length =
                (int) Math.max(0, Math.min(Integer.MAX_VALUE, most == Value.UNDEFINED ? 255 : Value.number(most, run)));
        if (text.length() <= length) {
            return Value.of(text);
        }
        Value ending = call.at(2, "end");
        String cut;
        if (Value.truthy(call.at(1, "killwords"))) {
            cut = text.substring(0, length);
        } else {
            int space = text.lastIndexOf(' ', length);
            cut = text.substring(0, space == -1 ? length : space);
        }
        return Filters.made(cut + (Value.missing(ending) ? "..." : Value.text(ending, run)), run);
    }

    private static Value wordcount(Value input, Value.Call call) {
        String text = Filters.requireText(input, "wordcount", call.run());
        call.run().charge(text.length());
        long words = Pattern.compile("\\w+").matcher(text).results().count();
        return words == 0 ? Value.NULL : Value.of((double) words);
    }

    private static Value urlencode(Value input, Value.Call call) {
        Run run = call.run();
        return switch (input) {
            case Value.Obj obj ->
                Filters.made(
                        obj.fields.entrySet().stream()
                                .map(e -> encode(e.getKey(), run) + "=" + encode(Value.text(e.getValue(), run), run))
                                .collect(Collectors.joining("&")),
                        run);
            case Value.Arr arr ->
                Filters.made(
                        arr.items.stream()
                                .map(pair -> encode(part(pair, 0, run), run) + "=" + encode(part(pair, 1, run), run))
                                .collect(Collectors.joining("&")),
                        run);
            default -> Filters.made(encode(Value.text(input, run), run), run);
        };
    }

    private static String part(Value pair, int index, Run run) {
        return Value.text(Members.of(pair, Value.of((double) index), run), run);
    }

    /** {@code encodeURIComponent}. */
    private static String encode(String text, Run run) {
        run.charge(text.length() * 3L);
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%21", "!")
                .replace("%27", "'")
                .replace("%28", "(")
                .replace("%29", ")")
                .replace("%7E", "~");
    }

    private static Value urlize(Value input, Value.Call call) {
        String text = Filters.requireText(input, "urlize", call.run());
        call.run().charge(text.length() * 4L);
        return Filters.made(
                URL.matcher(text)
                        .replaceAll(hit -> java.util.regex.Matcher.quoteReplacement(
                                "<a href=\"" + hit.group() + "\">" + hit.group() + "</a>")),
                call.run());
    }

    private static Value escape(Value input, Value.Call call) {
        if (input instanceof Value.Str str && str.safe()) {
            return str;
        }
        return safe(escaped(Value.output(input, call.run())), call.run());
    }

    private static Value safe(String text, Run run) {
        run.reserve(text.length());
        return new Value.Str(text, true);
    }

    private static String escaped(String text) {
        StringBuilder result = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '&' -> result.append("&amp;");
                case '<' -> result.append("&lt;");
                case '>' -> result.append("&gt;");
                case '"' -> result.append("&quot;");
                case '\'' -> result.append("&#39;");
                case '\\' -> result.append("&#92;");
                case '`' -> result.append("&#96;");
                default -> result.append(text.charAt(i));
            }
        }
        return result.toString();
    }

    private static Value dump(Value input, Value.Call call) {
        if (input == Value.UNDEFINED) {
            return input;
        }
        Run run = call.run();
        Value indent = call.at(0);
        String unit = indent instanceof Value.Str str
                ? str.value().substring(0, Math.min(10, str.value().length()))
                : " ".repeat((int)
                        Math.max(0, Math.min(10, indent == Value.UNDEFINED ? 0 : Value.number(indent, run))));
        return Filters.made(JsonText.of(Value.toJson(input, run), unit), run);
    }
}
