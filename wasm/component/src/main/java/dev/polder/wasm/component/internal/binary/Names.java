package dev.polder.wasm.component.internal.binary;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The names of imports and exports and their rules. (component-model, Explainer "Import and Export Definitions".) */
public final class Names {

    private static final Pattern IS_VERSION = Pattern.compile("(?:0|[1-9]\\d*)\\.(?:0|[1-9]\\d*)\\.(?:0|[1-9]\\d*)"
            + "(?:-[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?"
            + "|[1-9]\\d*|0\\.[1-9]\\d*|0\\.0\\.[1-9]\\d*");

    /** Names of dependencies that tools resolve before a component runs; they stay opaque here. */
    private static final Pattern IS_DEPENDENCY =
            Pattern.compile("(?:unlocked-dep|locked-dep|url|relative-url|integrity)=<[^<>]*>(?:,integrity=<[^<>]*>)?");

    private Names() {}

    /** A name as it is written, and the interface that it is said to implement. */
    record External(String name, Optional<String> interfaceName) {

        /** Refuses what is said to implement an interface and is no instance with a plain name. */
        void checkIs(Sort sort, int at) {
            if (interfaceName.isPresent() && (sort != Sort.INSTANCE || !isPlain(name))) {
                throw Refusal.invalid(
                        at,
                        sort + " \"" + name + "\" that implements " + interfaceName.get()
                                + " (expected: an instance with a plain name)");
            }
        }
    }

    /** Kebab case: fragments of lower case or of upper case, the first beginning with a letter. */
    static boolean isLabel(String text) {
        int start = 0;
        while (true) {
            int dash = text.indexOf('-', start);
            int end = dash < 0 ? text.length() : dash;
            if (!isFragment(text, start, end)) {
                return false;
            }
            if (dash < 0) {
                return !isDigit(text.charAt(0));
            }
            start = dash + 1;
        }
    }

    private static boolean isFragment(String text, int start, int end) {
        boolean lower = true;
        boolean upper = true;
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            lower &= isDigit(c) || (c >= 'a' && c <= 'z');
            upper &= isDigit(c) || (c >= 'A' && c <= 'Z');
        }
        return start < end && (lower || upper);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isWords(String text) {
        return isLabel(text) && text.equals(text.toLowerCase(Locale.ROOT));
    }

    private static boolean isPlain(String name) {
        if (name.startsWith("[constructor]")) {
            return isLabel(name.substring("[constructor]".length()));
        }
        if (name.startsWith("[method]") || name.startsWith("[static]")) {
            int dot = name.indexOf('.');
            return dot > 0 && isLabel(name.substring("[method]".length(), dot)) && isLabel(name.substring(dot + 1));
        }
        return isLabel(name);
    }

    static boolean isInterface(String text) {
        int at = text.indexOf('@');
        String name = at < 0 ? text : text.substring(0, at);
        int slash = name.indexOf('/');
        if (slash < 0 || (at >= 0 && !IS_VERSION.matcher(text.substring(at + 1)).matches())) {
            return false;
        }
        List<String> path = List.of(name.substring(0, slash).split(":", -1));
        return path.size() > 1
                && path.stream().allMatch(Names::isWords)
                && Stream.of(name.substring(slash + 1).split("/", -1)).allMatch(Names::isLabel);
    }

    static External read(Cursor in) {
        int at = in.position();
        int form = in.oneByte();
        if (form > 2) {
            throw Refusal.invalid(at, "form of a name " + Cursor.hex(form) + " (expected: 0x00 to 0x02)");
        }
        String name = in.name();
        if (!isPlain(name) && !isInterface(name) && !IS_DEPENDENCY.matcher(name).matches()) {
            throw Refusal.invalid(
                    at,
                    "name \"" + name
                            + "\" (expected: kebab case as in a-name, or namespace:package/interface@version)");
        }
        return new External(name, form == 2 ? attributes(in) : Optional.empty());
    }

    private static Optional<String> attributes(Cursor in) {
        Optional<String> implemented = Optional.empty();
        int seen = 0;
        int count = in.u32();
        for (int i = 0; i < count; i++) {
            int at = in.position();
            int kind = in.oneByte();
            if (kind > 2 || (seen & 1 << kind) != 0) {
                throw Refusal.invalid(
                        at, "attribute of a name " + Cursor.hex(kind) + " (expected: each of 0x00 to 0x02 once)");
            }
            seen |= 1 << kind;
            String value = in.name();
            if (kind == 0) {
                if (!isInterface(value)) {
                    throw Refusal.invalid(at, "interface \"" + value + "\" (expected: namespace:package/interface)");
                }
                implemented = Optional.of(value);
            }
        }
        return implemented;
    }

    /** What two names must differ in to stand beside each other: bindings make one identifier of both otherwise. */
    public static String unique(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.startsWith("[") && !lower.startsWith("[constructor]")) {
            String rest = lower.substring(lower.indexOf(']') + 1);
            int dot = rest.indexOf('.');
            return dot > 0 && rest.substring(0, dot).equals(rest.substring(dot + 1)) ? rest.substring(0, dot) : rest;
        }
        return lower;
    }

    /** The resource that a {@code [constructor]}, {@code [method]} or {@code [static]} belongs to. */
    public static Optional<String> resource(String name) {
        if (!name.startsWith("[")) {
            return Optional.empty();
        }
        String rest = name.substring(name.indexOf(']') + 1);
        int dot = rest.indexOf('.');
        return Optional.of(dot < 0 ? rest : rest.substring(0, dot));
    }
}
