package dev.polder.portal.scaffolder.expression;

import dev.polder.kernel.model.EntityRef;
import dev.polder.kernel.model.Problem;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The four filters that the scaffolder adds to Nunjucks' own. */
public final class RepositoryFilters {

    private static final List<String> PARTS = List.of("owner", "organization", "workspace", "project", "repo");
    private static final Pattern PATH_STEP = Pattern.compile("[^.\\[\\]]+|\\[(?:\"([^\"]*)\"|'([^']*)'|([^\\]]*))\\]");

    private RepositoryFilters() {}

    /**
     * Adds {@code parseRepoUrl}, {@code projectSlug}, {@code pick} and {@code parseEntityRef}.
     *
     * @param hosts the hosts that {@code parseRepoUrl} accepts, each with its type such as {@code github}
     */
    public static Expressions addTo(Expressions expressions, Map<String, String> hosts) {
        return expressions
                .withFilter("parseRepoUrl", (input, arguments) -> repository(input, hosts))
                .withFilter("projectSlug", (input, arguments) -> {
                    ObjectNode parts = repository(input, hosts);
                    return JsonNodeFactory.instance.stringNode(
                            parts.path("owner").asString("undefined") + "/"
                                    + parts.path("repo").asString("undefined"));
                })
                .withFilter(
                        "pick",
                        (input, arguments) -> pick(
                                input,
                                arguments.isEmpty() ? "" : arguments.getFirst().asString("")))
                .withFilter("parseEntityRef", RepositoryFilters::entityRef);
    }

    /** Takes a URL as RepoUrlPicker writes it: {@code github.com?owner=o&repo=r}. */
    private static ObjectNode repository(JsonNode input, Map<String, String> hosts) {
        if (!input.isString()) {
            throw Problem.invalid(input.getNodeType() + " (expected: text such as github.com?owner=o&repo=r)");
        }
        String text = input.asString();
        URI url;
        try {
            url = new URI("https://" + text.replace(" ", "%20"));
        } catch (URISyntaxException e) {
            throw Problem.invalid("\"" + text + "\" (expected: a URL such as github.com?owner=o&repo=r)");
        }
        String host = url.getRawAuthority();
        String type = host == null ? null : hosts.get(host);
        if (host == null || type == null) {
            throw Problem.invalid("No matching integration configuration for host " + host + " (expected: one of "
                    + String.join(", ", hosts.keySet().stream().sorted().toList()) + ")");
        }
        Map<String, String> query = query(url.getRawQuery());
        List<String> required = switch (type) {
            case "bitbucketCloud" -> List.of("workspace", "project", "repo");
            case "bitbucketServer", "azure" -> List.of("project", "repo");
            case "gitlab" -> query.getOrDefault("project", "").isEmpty() ? List.of("owner", "repo") : List.of();
            case "gitea", "gerrit" -> List.of("repo");
            default -> List.of("repo", "owner");
        };
        for (String part : required) {
            if (query.getOrDefault(part, "").isEmpty()) {
                throw Problem.invalid("\"" + text + "\": missing " + part);
            }
        }
        ObjectNode parts = JsonNodeFactory.instance.objectNode();
        parts.put("host", host);
        for (String part : List.of("owner", "repo", "organization", "workspace", "project")) {
            String value = query.get(part);
            if (value != null) {
                parts.put(part, value.replaceAll("^/+|/+$", ""));
            }
        }
        return parts;
    }

    private static Map<String, String> query(@Nullable String raw) {
        Map<String, String> query = new LinkedHashMap<>();
        for (String pair : raw == null ? new String[0] : raw.split("&")) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            if (PARTS.contains(name)) {
                query.putIfAbsent(
                        name, equals < 0 ? "" : URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return query;
    }

    /** Lodash's {@code get}: {@code a.b[0].c}. */
    private static JsonNode pick(JsonNode input, String path) {
        if (input.isObject() && input.has(path)) {
            return input.path(path);
        }
        JsonNode value = input;
        Matcher steps = PATH_STEP.matcher(path);
        while (steps.find()) {
            String step = steps.group();
            for (int group = 1; group <= 3; group++) {
                step = steps.group(group) == null ? step : steps.group(group);
            }
            if (value.isArray()) {
                value = step.matches("[0-9]{1,9}")
                        ? value.path(Integer.parseInt(step))
                        : step.equals("length")
                                ? JsonNodeFactory.instance.numberNode(value.size())
                                : JsonNodeFactory.instance.missingNode();
            } else {
                value = value.path(step);
            }
        }
        return value;
    }

    private static JsonNode entityRef(JsonNode input, List<JsonNode> arguments) {
        JsonNode options = arguments.isEmpty() ? JsonNodeFactory.instance.missingNode() : arguments.getFirst();
        String kind = options.path("defaultKind").asString("");
        String namespace = options.path("defaultNamespace").asString("");
        ObjectNode parts = JsonNodeFactory.instance.objectNode();
        if (input.isObject()) {
            String ownKind = input.path("kind").asString(kind);
            if (ownKind.isEmpty() || input.path("name").asString("").isEmpty()) {
                throw Problem.invalid("an entity reference without kind or name (expected: {kind, namespace, name})");
            }
            return parts.put("kind", ownKind)
                    .put("namespace", input.path("namespace").asString(namespace.isEmpty() ? "default" : namespace))
                    .put("name", input.path("name").asString());
        }
        if (!input.isString()) {
            throw Problem.invalid(input.getNodeType() + " (expected: text such as component:default/shop)");
        }
        EntityRef ref = EntityRef.parse(
                input.asString(),
                kind.isEmpty() ? null : kind,
                namespace.isEmpty() ? EntityRef.DEFAULT_NAMESPACE : namespace);
        return parts.put("kind", ref.kind()).put("namespace", ref.namespace()).put("name", ref.name());
    }
}
