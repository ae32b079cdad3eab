package dev.polder.mesh.config.internal;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.polder.mesh.config.NamedMatch;
import dev.polder.mesh.config.PathMatch;
import dev.polder.mesh.config.internal.HttpRouteSpec.MatchSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code spec.rules[].matches[]} of an HTTPRoute. */
final class HttpMatchReader {

    private static final int MAX_PATH = 1024;
    private static final String[] METHODS = {
        "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"
    };
    private static final List<String> NOT_IN_PATH = List.of("//", "/./", "/../", "%2f", "%2F", "#", "?");

    private HttpMatchReader() {}

    static MatchSpec everything() {
        return new MatchSpec(new PathMatch.Prefix("/"), null, List.of(), List.of());
    }

    static MatchSpec read(Fields match) {
        match.only("path", "headers", "queryParams", "method");
        String method = match.choice("method", "", METHODS);
        return new MatchSpec(
                path(match.object("path")),
                method.isEmpty() ? null : method,
                named(match, "headers", true),
                named(match, "queryParams", false));
    }

    private static PathMatch path(Fields path) {
        path.only("type", "value");
        String type = path.choice("type", "PathPrefix", "Exact", "PathPrefix", "RegularExpression");
        String value = path.text("value", "/");
        if (value.length() > MAX_PATH) {
            path.wrong("value", value.length() + " characters (expected: at most " + MAX_PATH + ")");
            return new PathMatch.Prefix("/");
        }
        if (type.equals("RegularExpression")) {
            Pattern pattern = regex(path, value);
            return pattern == null ? new PathMatch.Prefix("/") : new PathMatch.Regex(pattern);
        }
        checkPath(path, value);
        if (type.equals("Exact")) {
            return new PathMatch.Exact(value);
        }
        return new PathMatch.Prefix(
                value.length() > 1 && value.endsWith("/") ? value.substring(0, value.length() - 1) : value);
    }

    private static void checkPath(Fields path, String value) {
        if (!value.startsWith("/")) {
            path.wrong("value", value, "an absolute path that starts with /");
        }
        for (String forbidden : NOT_IN_PATH) {
            if (value.contains(forbidden)) {
                path.wrong("value", value, "a path without " + forbidden);
            }
        }
        if (value.endsWith("/.") || value.endsWith("/..")) {
            path.wrong("value", value, "a path without dot segments");
        }
    }

    private static List<NamedMatch> named(Fields match, String field, boolean header) {
        List<NamedMatch> found = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Fields item : match.objects(field, 16)) {
            item.only("type", "name", "value");
            String type = item.choice("type", "Exact", "Exact", "RegularExpression");
            String name = item.text("name");
            String value = item.text("value");
            if (header) {
                name = Names.header(item, "name", name);
            }
            Pattern pattern = type.equals("Exact") ? null : regex(item, value);
            // Gateway API: of several entries with one name only the first counts
            if (names.add(name)) {
                found.add(new NamedMatch(name, type.equals("Exact") ? value : null, pattern));
            }
        }
        return found;
    }

    private static @Nullable Pattern regex(Fields fields, String value) {
        try {
            return Pattern.compile(value);
        } catch (PatternSyntaxException e) {
            fields.wrong("value", value, "a regular expression in RE2 syntax: " + e.getDescription());
            return null;
        }
    }
}
