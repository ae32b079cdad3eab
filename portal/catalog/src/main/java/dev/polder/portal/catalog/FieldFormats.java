package dev.polder.portal.catalog;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** The formats of the envelope's fields: names, namespaces, label and annotation keys, tags, links. */
final class FieldFormats {

    private static final String LEARN_MORE = " To learn more about catalog file format, visit:"
            + " https://github.com/backstage/backstage/blob/master/docs/architecture-decisions/adr002-default-catalog-file-format.md";
    private static final String NAME_EXPECTED =
            "a string that is sequences of [a-zA-Z0-9] separated by any of [-_.], at most 63 characters in total";
    private static final String KEY_EXPECTED = "a valid prefix and/or suffix";

    private static final int MAX_PART = 63;
    private static final int MAX_SUBDOMAIN = 253;
    private static final Pattern VERSION = Pattern.compile("[a-z0-9A-Z]+");
    private static final Pattern KIND = Pattern.compile("[a-zA-Z][a-z0-9A-Z]*");
    private static final Pattern NAME = Pattern.compile("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");
    private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]+(?:-+[a-z0-9]+)*");
    private static final Pattern TAG = Pattern.compile("[a-z0-9:+#]+(-[a-z0-9:+#]+)*");

    private final List<EntityProblem> problems = new ArrayList<>();

    private FieldFormats() {}

    /** Every field whose format is wrong, in the order Backstage looks at them. The entity has passed the envelope. */
    static List<EntityProblem> check(JsonNode entity) {
        FieldFormats formats = new FieldFormats();
        JsonNode metadata = entity.path("metadata");
        formats.require(
                "apiVersion", "apiVersion", entity.path("apiVersion"), FieldFormats::isApiVersion, KEY_EXPECTED);
        formats.require(
                "kind",
                "kind",
                entity.path("kind"),
                text -> fits(text, KIND),
                "a string that is a sequence of [a-zA-Z][a-z0-9A-Z], at most 63 characters in total");
        formats.require("metadata.name", "metadata.name", metadata.path("name"), FieldFormats::isName, NAME_EXPECTED);
        if (metadata.has("namespace")) {
            formats.require(
                    "metadata.namespace",
                    "metadata.namespace",
                    metadata.path("namespace"),
                    text -> fits(text, DNS_LABEL),
                    "a string that is sequences of [a-z0-9] separated by [-], at most 63 characters in total");
        }
        formats.map(metadata, "labels", text -> text.isEmpty() || isName(text), NAME_EXPECTED);
        formats.map(metadata, "annotations", text -> true, "a string");
        formats.tags(metadata.path("tags"));
        formats.links(metadata.path("links"));
        return formats.problems;
    }

    private void map(JsonNode metadata, String field, Predicate<String> valueRule, String expected) {
        for (Map.Entry<String, JsonNode> entry : metadata.path(field).properties()) {
            String label = field + "." + entry.getKey();
            String path = "metadata." + label;
            if (!isPrefixed(entry.getKey())) {
                problems.add(problem(label, path, KEY_EXPECTED, entry.getKey()));
            }
            require(label, path, entry.getValue(), valueRule, expected);
        }
    }

    private void tags(JsonNode tags) {
        for (int i = 0; i < tags.size(); i++) {
            require(
                    "tags." + i,
                    "metadata.tags[" + i + "]",
                    tags.path(i),
                    text -> fits(text, TAG),
                    "a string that is sequences of [a-z0-9+#] separated by [-], at most 63 characters in total");
        }
    }

    private void links(JsonNode links) {
        for (int i = 0; i < links.size(); i++) {
            String path = "metadata.links[" + i + "]";
            String label = "links." + i;
            require(
                    label + ".url",
                    path + ".url",
                    links.path(i).path("url"),
                    FieldFormats::isUrl,
                    "a string that is a valid url");
            for (String field : List.of("title", "icon")) {
                if (links.path(i).has(field)) {
                    require(
                            label + "." + field,
                            path + "." + field,
                            links.path(i).path(field),
                            text -> !text.isBlank(),
                            "a non empty string");
                }
            }
        }
    }

    private void require(String label, String path, JsonNode value, Predicate<String> rule, String expected) {
        if (value.isMissingNode() || value.isNull()) {
            problems.add(EntityProblem.of("Error", label + " must have a value", path));
        } else if (!value.isString() || !rule.test(value.asString())) {
            problems.add(problem(label, path, expected, value.asString()));
        }
    }

    private static EntityProblem problem(String label, String path, String expected, String found) {
        return EntityProblem.of(
                "Error",
                "\"" + label + "\" is not valid; expected " + expected + " but found \"" + found + "\"." + LEARN_MORE,
                path);
    }

    private static boolean fits(String text, Pattern pattern) {
        return text.length() <= MAX_PART && pattern.matcher(text).matches();
    }

    static boolean isName(String text) {
        return fits(text, NAME);
    }

    private static boolean isApiVersion(String text) {
        int slash = text.indexOf('/');
        return (slash < 0 || isSubdomain(text.substring(0, slash))) && fits(text.substring(slash + 1), VERSION);
    }

    private static boolean isPrefixed(String key) {
        int slash = key.indexOf('/');
        return (slash < 0 || isSubdomain(key.substring(0, slash))) && isName(key.substring(slash + 1));
    }

    private static boolean isSubdomain(String text) {
        if (text.isEmpty() || text.length() > MAX_SUBDOMAIN) {
            return false;
        }
        for (String label : text.split("\\.", -1)) {
            if (!fits(label, DNS_LABEL)) {
                return false;
            }
        }
        return true;
    }

    /** A scheme and something behind it; what a browser's URL parser takes beyond RFC 3986, such as blanks, passes. */
    private static boolean isUrl(String text) {
        try {
            URI uri = new URI(text.trim().replace(" ", "%20").replaceAll("[|\"<>^`{}\\\\]", "_"));
            boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            return uri.getScheme() != null
                    && (!web || uri.getRawSchemeSpecificPart().matches("/*[^/?#].*"));
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
