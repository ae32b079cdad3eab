package dev.polder.wasm.service;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Names that Rust's compiler mangled by its scheme v0 ({@code _R…}), as people wrote them: paths with closures and generic
 * arguments, without hashes and lifetimes. One of these reads one name.
 *
 * <p>Source: Rust's reference, "v0 Symbol Format". What names within names refer to is read again, so depth, steps and
 * length are bounded.
 */
final class RustNames {

    private static final String PREFIX = "_R";
    private static final int MAX_DEPTH = 64;
    private static final int MAX_LENGTH = 600;
    private static final int MAX_STEPS = 2_000;

    private final String symbol;
    private final StringBuilder out = new StringBuilder();
    private int at;
    private int depth;
    private int steps;

    private RustNames(String symbol) {
        this.symbol = symbol;
    }

    private static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed() {
            super("not a name of Rust", null, false, false);
        }
    }

    /** Empty when it is no such name. */
    static Optional<String> readable(String name) {
        if (!name.startsWith(PREFIX)) {
            return Optional.empty();
        }
        RustNames reader = new RustNames(name.substring(PREFIX.length()));
        try {
            reader.path();
            return Optional.of(reader.out.toString()).filter(path -> !path.isEmpty());
        } catch (Malformed e) {
            return Optional.empty();
        }
    }

    private void path() throws Malformed {
        enter();
        switch (next()) {
            case 'C' -> {
                var _ = disambiguator();
                out.append(identifier());
            }
            case 'N' -> {
                char namespace = next();
                path();
                long number = disambiguator();
                String name = identifier();
                if (Character.isUpperCase(namespace)) {
                    String kind = namespace == 'C' ? "closure" : namespace == 'S' ? "shim" : "" + namespace;
                    out.append("::{").append(kind).append(name.isEmpty() ? "" : ":" + name);
                    out.append('#').append(number).append('}');
                } else if (!name.isEmpty()) {
                    out.append("::").append(name);
                }
            }
            case 'M' -> {
                implPath();
                out.append('<');
                type();
                out.append('>');
            }
            case 'X' -> {
                implPath();
                asTrait();
            }
            case 'Y' -> asTrait();
            case 'I' -> {
                path();
                out.append("::<");
                list(this::genericArgument);
                out.append('>');
            }
            case 'B' -> backReference(this::path);
            default -> throw new Malformed();
        }
        depth--;
    }

    /** Where an implementation stands says less than what it is of. */
    private void implPath() throws Malformed {
        int before = out.length();
        var _ = disambiguator();
        path();
        out.setLength(before);
    }

    private void asTrait() throws Malformed {
        out.append('<');
        type();
        out.append(" as ");
        path();
        out.append('>');
    }

    private void genericArgument() throws Malformed {
        if (skip('L')) {
            var _ = base62();
            out.append("'_");
        } else if (skip('K')) {
            constant();
        } else {
            type();
        }
    }

    private void type() throws Malformed {
        enter();
        char tag = peek();
        String basic = basic(tag);
        if (basic != null) {
            at++;
            out.append(basic);
        } else {
            switch (tag) {
                case 'A', 'S' -> {
                    at++;
                    out.append('[');
                    type();
                    if (tag == 'A') {
                        out.append("; ");
                        constant();
                    }
                    out.append(']');
                }
                case 'T' -> {
                    at++;
                    out.append('(');
                    list(this::type);
                    out.append(')');
                }
                case 'R', 'Q' -> {
                    at++;
                    if (skip('L')) {
                        var _ = base62();
                    }
                    out.append(tag == 'R' ? "&" : "&mut ");
                    type();
                }
                case 'P', 'O' -> {
                    at++;
                    out.append(tag == 'P' ? "*const " : "*mut ");
                    type();
                }
                case 'F' -> function();
                case 'D' -> dynamic();
                case 'B' -> {
                    at++;
                    backReference(this::type);
                }
                default -> path();
            }
        }
        depth--;
    }

    private void function() throws Malformed {
        at++;
        binder();
        if (skip('U')) {
            out.append("unsafe ");
        }
        if (skip('K') && !skip('C')) {
            var _ = identifier();
        }
        out.append("fn(");
        list(this::type);
        out.append(')');
        if (!skip('u')) {
            out.append(" -> ");
            type();
        }
    }

    private void dynamic() throws Malformed {
        at++;
        binder();
        out.append("dyn ");
        while (!skip('E')) {
            path();
            while (skip('p')) {
                out.append('<').append(identifier()).append(" = ");
                type();
                out.append('>');
            }
            if (peek() != 'E') {
                out.append(" + ");
            }
        }
        if (!skip('L')) {
            throw new Malformed();
        }
        var _ = base62();
    }

    private void constant() throws Malformed {
        if (skip('p')) {
            out.append('_');
        } else if (skip('B')) {
            backReference(this::constant);
        } else if (basic(next()) == null) {
            throw new Malformed(); // a structure; the compiler writes them rarely
        } else {
            out.append(skip('n') ? "-" : "").append("0x");
            while (!skip('_')) {
                out.append(next());
            }
        }
    }

    /** Parts up to an {@code E}. */
    private void list(Part part) throws Malformed {
        for (int i = 0; !skip('E'); i++) {
            out.append(i == 0 ? "" : ", ");
            part.read();
        }
    }

    private interface Part {
        void read() throws Malformed;
    }

    private void backReference(Part part) throws Malformed {
        int start = at - 1;
        long target = base62();
        if (target < 0 || target >= start) {
            throw new Malformed();
        }
        int after = at;
        at = (int) target;
        part.read();
        at = after;
    }

    private void binder() throws Malformed {
        if (skip('G')) {
            var _ = base62();
        }
    }

    private long disambiguator() throws Malformed {
        return skip('s') ? base62() + 1 : 0;
    }

    private String identifier() throws Malformed {
        var _ = skip('u'); // what follows is Punycode, and shown as it is
        int length = 0;
        if (!skip('0')) {
            if (!Character.isDigit(peek())) {
                throw new Malformed();
            }
            while (at < symbol.length() && Character.isDigit(peek()) && length < symbol.length()) {
                length = length * 10 + next() - '0';
            }
        }
        if (at < symbol.length() && length > 0) {
            var _ = skip('_');
        }
        if (length > symbol.length() - at) {
            throw new Malformed();
        }
        String name = symbol.substring(at, at + length);
        at += length;
        return name;
    }

    /** {@code _} is 0, {@code 0_} is 1, {@code Z_} is 62. */
    private long base62() throws Malformed {
        if (skip('_')) {
            return 0;
        }
        long value = 0;
        while (!skip('_')) {
            char digit = next();
            int of = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".indexOf(digit);
            if (of < 0) {
                throw new Malformed();
            }
            value = value * 62 + of; // hashes fill 64 bits, and nobody looks at them
        }
        return value + 1;
    }

    private void enter() throws Malformed {
        if (++depth > MAX_DEPTH || ++steps > MAX_STEPS || out.length() > MAX_LENGTH) {
            throw new Malformed();
        }
    }

    private char peek() throws Malformed {
        if (at >= symbol.length()) {
            throw new Malformed();
        }
        return symbol.charAt(at);
    }

    private char next() throws Malformed {
        char c = peek();
        at++;
        return c;
    }

    private boolean skip(char c) {
        boolean there = at < symbol.length() && symbol.charAt(at) == c;
        at += there ? 1 : 0;
        return there;
    }

    private static @Nullable String basic(char tag) {
        return switch (tag) {
            case 'a' -> "i8";
            case 'b' -> "bool";
            case 'c' -> "char";
            case 'd' -> "f64";
            case 'e' -> "str";
            case 'f' -> "f32";
            case 'h' -> "u8";
            case 'i' -> "isize";
            case 'j' -> "usize";
            case 'l' -> "i32";
            case 'm' -> "u32";
            case 'n' -> "i128";
            case 'o' -> "u128";
            case 'p' -> "_";
            case 's' -> "i16";
            case 't' -> "u16";
            case 'u' -> "()";
            case 'v' -> "...";
            case 'x' -> "i64";
            case 'y' -> "u64";
            case 'z' -> "!";
            default -> null;
        };
    }
}
