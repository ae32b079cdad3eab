package dev.polder.wasm.service;

/**
 * Function names as people wrote them. Rust's and C++'s linkers mangle: {@code _ZN}, then each part of the path with its
 * length in front, then {@code E}; Rust adds a hash as the last part, or has a scheme of its own, see {@link RustNames}.
 */
final class FunctionNames {

    private static final String PREFIX = "_ZN";
    private static final String[][] ESCAPES = {
        {"$LT$", "<"},
        {"$GT$", ">"},
        {"$RF$", "&"},
        {"$BP$", "*"},
        {"$C$", ","},
        {"$u20$", " "},
        {"$u7b$", "{"},
        {"$u7d$", "}"},
        {"..", "::"}
    };

    private FunctionNames() {}

    /** The name itself when it is not of this form. */
    static String readable(String name) {
        if (!name.startsWith(PREFIX)) {
            return RustNames.readable(name).orElse(name);
        }
        StringBuilder path = new StringBuilder();
        int at = PREFIX.length();
        while (at < name.length() && Character.isDigit(name.charAt(at))) {
            int length = 0;
            while (at < name.length() && Character.isDigit(name.charAt(at)) && length < name.length()) {
                length = length * 10 + name.charAt(at++) - '0';
            }
            if (length == 0 || length > name.length() - at) {
                return name;
            }
            String part = name.substring(at, at + length);
            at += length;
            if (!part.matches("h[0-9a-f]{16}")) {
                path.append(path.isEmpty() ? "" : "::").append(unescaped(part));
            }
        }
        boolean ends = at < name.length() && name.charAt(at) == 'E';
        return ends && !path.isEmpty() ? path.toString() : name;
    }

    private static String unescaped(String part) {
        String text = part.startsWith("_$") ? part.substring(1) : part;
        for (String[] escape : ESCAPES) {
            text = text.replace(escape[0], escape[1]);
        }
        return text;
    }
}
