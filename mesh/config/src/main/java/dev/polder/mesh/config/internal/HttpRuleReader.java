package dev.polder.mesh.config.internal;

import dev.polder.mesh.config.HttpFilter;
import dev.polder.mesh.config.HttpRule;
import dev.polder.mesh.config.PathMatch;
import dev.polder.mesh.config.internal.HttpRouteSpec.BackendSpec;
import dev.polder.mesh.config.internal.HttpRouteSpec.MatchSpec;
import dev.polder.mesh.config.internal.HttpRouteSpec.RuleSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code spec.rules[]} of an HTTPRoute. */
final class HttpRuleReader {

    private static final int MAX_WEIGHT = 1_000_000;
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,5}(h|m|s|ms)){1,4}");
    private static final Pattern DURATION_PART = Pattern.compile("([0-9]{1,5})(ms|h|m|s)");

    private HttpRuleReader() {}

    static RuleSpec read(Fields rule, String namespace) {
        rule.only("name", "matches", "filters", "backendRefs", "timeouts", "retry", "sessionPersistence");
        List<String> unsupported = new ArrayList<>();
        for (String field : List.of("retry", "sessionPersistence")) {
            if (rule.has(field)) {
                unsupported.add(rule.path(field));
            }
        }
        List<MatchSpec> matches = new ArrayList<>();
        for (Fields match : rule.objects("matches", 64)) {
            matches.add(HttpMatchReader.read(match));
        }
        if (matches.isEmpty()) {
            matches.add(HttpMatchReader.everything());
        }
        List<HttpFilter> filters = HttpFilterReader.read(rule, unsupported);
        List<BackendSpec> backends = new ArrayList<>();
        for (Fields backend : rule.objects("backendRefs", 16)) {
            backends.add(backend(backend, namespace, unsupported));
        }
        if (filters.stream().anyMatch(HttpFilter.Redirect.class::isInstance)) {
            if (!backends.isEmpty()) {
                rule.wrong("backendRefs", "set beside a RequestRedirect (expected: none)");
            }
        }
        boolean needsPrefix = filters.stream().anyMatch(HttpFilterReader::replacesPrefix);
        if (needsPrefix && !matches.stream().allMatch(match -> match.path() instanceof PathMatch.Prefix)) {
            rule.wrong("filters", "ReplacePrefixMatch needs matches of type PathPrefix only");
        }
        String name = rule.text("name", "");
        return new RuleSpec(
                name.isEmpty() ? name : Names.section(rule, "name", name),
                matches,
                filters,
                backends,
                timeouts(rule.object("timeouts")),
                unsupported);
    }

    private static BackendSpec backend(Fields backend, String namespace, List<String> unsupported) {
        backend.only("group", "kind", "namespace", "name", "port", "weight", "filters");
        String group = backend.text("group", "");
        String kind = backend.text("kind", "Service");
        List<HttpFilter> filters = HttpFilterReader.read(backend, unsupported);
        if (filters.stream().anyMatch(f -> f instanceof HttpFilter.Redirect || f instanceof HttpFilter.Rewrite)) {
            unsupported.add(backend.path("filters") + " other than header modifiers");
        }
        boolean service = group.isEmpty() && kind.equals("Service");
        return new BackendSpec(
                group,
                kind,
                backend.text("namespace", namespace),
                backend.text("name"),
                service ? backend.port("port") : backend.integer("port", 0, 1, 65535),
                backend.integer("weight", 1, 0, MAX_WEIGHT),
                filters);
    }

    private static HttpRule.Timeouts timeouts(Fields timeouts) {
        timeouts.only("request", "backendRequest");
        Duration request = duration(timeouts, "request");
        Duration backend = duration(timeouts, "backendRequest");
        if (!request.isZero() && backend.compareTo(request) > 0) {
            timeouts.wrong("backendRequest", backend, "at most timeouts.request, " + request);
        }
        return new HttpRule.Timeouts(request, backend);
    }

    private static Duration duration(Fields timeouts, String name) {
        String text = timeouts.text(name, "");
        if (text.isEmpty()) {
            return Duration.ZERO;
        }
        if (!DURATION.matcher(text).matches()) {
            timeouts.wrong(name, text, "a duration such as 10s, 1m30s or 500ms");
            return Duration.ZERO;
        }
        Duration total = Duration.ZERO;
        Matcher parts = DURATION_PART.matcher(text);
        while (parts.find()) {
            long amount = Long.parseLong(parts.group(1));
            total = total.plus(
                    switch (parts.group(2)) {
                        case "h" -> Duration.ofHours(amount);
                        case "m" -> Duration.ofMinutes(amount);
                        case "s" -> Duration.ofSeconds(amount);
                        default -> Duration.ofMillis(amount);
                    });
        }
        return total;
    }
}
