package dev.polder.wasm.capability.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the text of a statement before SQLite sees it: one statement, of a kind that stays inside its database.
 *
 * <p>SQLite's driver gives no way to set an authorizer, so what leads elsewhere is refused by its first word: ATTACH,
 * VACUUM (which attaches, and with INTO writes any file), the driver's own BACKUP and RESTORE, and every PRAGMA that is not
 * known to be harmless. A first word cannot be hidden: it is no string, and triggers and views cannot hold these
 * statements. Source: SQLite, "SQL As Understood By SQLite", and {@code sqlite3_complete} for the end of a trigger.
 */
public final class SqliteText {

    private static final Set<String> STATEMENTS = Set.of(
            "SELECT",
            "WITH",
            "VALUES",
            "INSERT",
            "REPLACE",
            "UPDATE",
            "DELETE",
            "CREATE",
            "ALTER",
            "DROP",
            "BEGIN",
            "COMMIT",
            "END",
            "ROLLBACK",
            "SAVEPOINT",
            "RELEASE",
            "ANALYZE",
            "REINDEX",
            "PRAGMA");
    private static final Set<String> PRAGMAS = Set.of(
            "APPLICATION_ID",
            "COLLATION_LIST",
            "COMPILE_OPTIONS",
            "DATA_VERSION",
            "DEFER_FOREIGN_KEYS",
            "ENCODING",
            "FOREIGN_KEYS",
            "FOREIGN_KEY_CHECK",
            "FOREIGN_KEY_LIST",
            "FREELIST_COUNT",
            "FUNCTION_LIST",
            "INDEX_INFO",
            "INDEX_LIST",
            "INDEX_XINFO",
            "INTEGRITY_CHECK",
            "PAGE_COUNT",
            "PAGE_SIZE",
            "QUICK_CHECK",
            "RECURSIVE_TRIGGERS",
            "TABLE_INFO",
            "TABLE_LIST",
            "TABLE_XINFO",
            "USER_VERSION");
    private static final Set<String> HIDDEN = Set.of("PRAGMA_DATABASE_LIST", "LOAD_EXTENSION");
    private static final Set<String> EXPLAINING = Set.of("EXPLAIN", "QUERY", "PLAN");

    private final String text;
    private int at;

    private SqliteText(String text) {
        this.text = text;
    }

    /** What is wrong with a statement, or null. */
    public static @Nullable String fault(String statement) {
        return new SqliteText(statement).fault();
    }

    /** The statements of a script, each with its text as it is; one that holds nothing but spaces and comments is left out. */
    public static List<String> statements(String script) {
        SqliteText text = new SqliteText(script);
        List<String> statements = new ArrayList<>();
        int from = 0;
        List<String> words = new ArrayList<>(); // the first ones of the statement, as far as they tell a trigger
        boolean afterSemicolon = false;
        boolean trigger = false;
        boolean any = false;
        for (String token = text.next(); !token.isEmpty(); token = text.next()) {
            if (token.equals(";") && !trigger) {
                if (any) {
                    statements.add(script.substring(from, text.at).strip());
                }
                from = text.at;
                words.clear();
                any = false;
                continue;
            }
            any = true;
            if (words.size() < 2 && !token.equals("TEMP") && !token.equals("TEMPORARY")) {
                words.add(token);
                trigger = words.equals(List.of("CREATE", "TRIGGER"));
            }
            trigger &= !(afterSemicolon && token.equals("END"));
            afterSemicolon = token.equals(";");
        }
        if (any) {
            statements.add(script.substring(from).strip());
        }
        return statements;
    }

    private @Nullable String fault() {
        String first = next();
        boolean explained = false;
        while (EXPLAINING.contains(first)) {
            explained = true;
            first = next();
        }
        if (first.isEmpty()) {
            return "no statement (expected: one)";
        }
        if (!STATEMENTS.contains(first)) {
            return "a statement that begins with " + shown(first) + " is not run here (expected: one that reads or"
                    + " changes this database)";
        }
        String token = next();
        if (first.equals("PRAGMA")) {
            String fault = pragmaFault(token, explained);
            if (fault != null) {
                return fault;
            }
        }
        return rest(first.equals("CREATE"), token);
    }

    /** A schema may stand in front of the name: {@code PRAGMA main.user_version}. */
    private @Nullable String pragmaFault(String name, boolean explained) {
        int back = at;
        String pragma = name;
        if (next().equals(".")) {
            pragma = next();
        } else {
            at = back;
        }
        return PRAGMAS.contains(pragma) && !explained
                ? null
                : "PRAGMA " + shown(pragma) + " is not run here (expected: one that tells of this database)";
    }

    /** Goes to the end: nothing may follow the statement, and no name of a hidden thing may stand in it. */
    private @Nullable String rest(boolean create, String second) {
        boolean trigger = false;
        boolean beginning = create;
        boolean afterSemicolon = false;
        boolean ended = false;
        for (String token = second; !token.isEmpty(); token = next()) {
            if (HIDDEN.contains(token)) {
                return shown(token) + " is not there (expected: tables and functions of this database)";
            }
            if (ended && !token.equals(";")) {
                return "more than one statement (expected: one)";
            }
            if (beginning && !token.equals("TEMP") && !token.equals("TEMPORARY")) {
                trigger = token.equals("TRIGGER");
                beginning = false;
            }
            if (token.equals(";")) {
                ended |= !trigger;
                afterSemicolon = true;
            } else {
                trigger &= !(afterSemicolon && token.equals("END"));
                afterSemicolon = false;
            }
        }
        return null;
    }

    /** The next token: a word in upper case, quoted or not; one character of anything else; empty at the end. */
    private String next() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Character.isWhitespace(c) || c == '\ufeff') {
                at++;
            } else if (text.startsWith("--", at)) {
                at = after("\n", at + 2);
            } else if (text.startsWith("/*", at)) {
                at = after("*/", at + 2);
            } else if (c == '\'' || c == '"' || c == '`') {
                return quoted(c);
            } else if (c == '[') {
                int from = at + 1;
                at = after("]", from);
                return text.substring(from, Math.max(from, at - 1)).toUpperCase(Locale.ROOT);
            } else if (isWord(c)) {
                int from = at;
                while (at < text.length() && isWord(text.charAt(at))) {
                    at++;
                }
                return text.substring(from, at).toUpperCase(Locale.ROOT);
            } else {
                at++;
                return String.valueOf(c);
            }
        }
        return "";
    }

    /** A string or a quoted name; it is told apart from a keyword by the quote in front, unless it names a thing. */
    private String quoted(char quote) {
        StringBuilder content = new StringBuilder();
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == quote) {
                if (at >= text.length() || text.charAt(at) != quote) {
                    break;
                }
                at++;
            }
            content.append(c);
        }
        String upper = content.toString().toUpperCase(Locale.ROOT);
        return HIDDEN.contains(upper) ? upper : quote + upper;
    }

    private int after(String end, int from) {
        int found = text.indexOf(end, from);
        return found < 0 ? text.length() : found + end.length();
    }

    private static boolean isWord(char c) {
        return c == '_'
                || c == '$'
                || c >= 128
                || (c >= '0' && c <= '9')
                || (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z');
    }

    private static String shown(String token) {
        return token.length() > 40 ? token.substring(0, 40) + "…" : token;
    }
}
