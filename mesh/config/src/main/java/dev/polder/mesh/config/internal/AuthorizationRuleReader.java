package dev.polder.mesh.config.internal;

import dev.polder.kernel.model.Problem;
import dev.polder.mesh.config.AuthorizationPolicy.Action;
import dev.polder.mesh.config.AuthorizationPolicy.Clause;
import dev.polder.mesh.config.AuthorizationPolicy.Rule;
import dev.polder.mesh.config.ConnectionMatch;
import dev.polder.mesh.config.IpBlock;
import dev.polder.mesh.config.StringMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads one of {@code spec.rules[]}: {@code from}, {@code to} and {@code when} each become clauses. */
final class AuthorizationRuleReader {

    private static final int MAX = 512;
    private static final List<String> HTTP_SOURCE =
            List.of("requestPrincipals", "notRequestPrincipals", "remoteIpBlocks", "notRemoteIpBlocks");
    private static final List<String> HTTP_OPERATION =
            List.of("hosts", "notHosts", "methods", "notMethods", "paths", "notPaths");

    private final String namespace;
    private final Action action;
    private final List<String> reported;
    private boolean droppedHttp;

    private AuthorizationRuleReader(String namespace, Action action, List<String> reported) {
        this.namespace = namespace;
        this.action = action;
        this.reported = reported;
    }

    /** The rule, or empty when it cannot be judged at L4 and must not match. */
    static Optional<Rule> read(Fields rule, String namespace, Action action, List<String> reported) {
        return new AuthorizationRuleReader(namespace, action, reported).rule(rule);
    }

    private Optional<Rule> rule(Fields rule) {
        rule.only("from", "to", "when");
        List<Clause> clauses = new ArrayList<>();
        clause(rule, "from", "source", this::source).ifPresent(clauses::add);
        clause(rule, "to", "operation", this::operation).ifPresent(clauses::add);
        for (Fields condition : rule.objects("when", MAX)) {
            condition(condition).ifPresent(match -> clauses.add(new Clause(List.of(match))));
        }
        if (droppedHttp && action == Action.ALLOW) {
            reported.add(rule.path() + ": left out, because HTTP attributes need an L7 proxy");
            return Optional.empty();
        }
        if (droppedHttp && clauses.isEmpty()) {
            reported.add(rule.path() + ": has no effect, because it has HTTP attributes only");
            return Optional.empty();
        }
        return Optional.of(new Rule(clauses));
    }

    /** A list of alternatives; empty when it does not narrow anything. */
    private Optional<Clause> clause(
            Fields rule, String list, String part, Function<Fields, Optional<ConnectionMatch>> reader) {
        List<ConnectionMatch> matches = new ArrayList<>();
        boolean narrows = true;
        for (Fields item : rule.objects(list, MAX)) {
            item.only(part);
            Optional<ConnectionMatch> match = reader.apply(item.object(part).filled());
            match.ifPresent(matches::add);
            narrows &= match.isPresent();
        }
        return narrows && !matches.isEmpty() ? Optional.of(new Clause(matches)) : Optional.empty();
    }

    private void dropHttp(Fields fields, List<String> names) {
        for (String name : names) {
            if (fields.has(name)) {
                droppedHttp = true;
                reported.add(fields.path(name) + ": needs an L7 proxy");
            }
        }
    }

    private Optional<ConnectionMatch> source(Fields source) {
        dropHttp(source, HTTP_SOURCE);
        source.only(
                "principals",
                "notPrincipals",
                "namespaces",
                "notNamespaces",
                "ipBlocks",
                "notIpBlocks",
                "serviceAccounts",
                "notServiceAccounts",
                "requestPrincipals",
                "notRequestPrincipals",
                "remoteIpBlocks",
                "notRemoteIpBlocks");
        List<StringMatch> principals = principals(source, "principals");
        List<StringMatch> notPrincipals = principals(source, "notPrincipals");
        principals.addAll(accounts(source, "serviceAccounts"));
        notPrincipals.addAll(accounts(source, "notServiceAccounts"));
        if (source.has("serviceAccounts") && source.has("principals")) {
            source.wrong("serviceAccounts", "set beside principals (expected: one of the two)");
        }
        return narrowing(new ConnectionMatch(
                strings(source, "namespaces"),
                strings(source, "notNamespaces"),
                principals,
                notPrincipals,
                blocks(source, "ipBlocks"),
                blocks(source, "notIpBlocks"),
                List.of(),
                List.of(),
                List.of(),
                List.of()));
    }

    private Optional<ConnectionMatch> operation(Fields operation) {
        dropHttp(operation, HTTP_OPERATION);
        operation.only("ports", "notPorts", "hosts", "notHosts", "methods", "notMethods", "paths", "notPaths");
        return narrowing(destination(List.of(), List.of(), ports(operation, "ports"), ports(operation, "notPorts")));
    }

    private Optional<ConnectionMatch> condition(Fields condition) {
        condition.only("key", "values", "notValues").filled();
        String key = condition.text("key");
        if (!condition.has("values") && !condition.has("notValues")) {
            condition.wrong("values", null, "values or notValues");
        }
        return switch (key) {
            case "source.ip" ->
                Optional.of(source(List.of(), List.of(), blocks(condition, "values"), blocks(condition, "notValues")));
            case "source.namespace" ->
                Optional.of(new ConnectionMatch(
                        strings(condition, "values"),
                        strings(condition, "notValues"),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of()));
            case "source.principal" ->
                Optional.of(source(
                        principals(condition, "values"), principals(condition, "notValues"), List.of(), List.of()));
            case "destination.ip" ->
                Optional.of(
                        destination(blocks(condition, "values"), blocks(condition, "notValues"), List.of(), List.of()));
            case "destination.port" ->
                Optional.of(
                        destination(List.of(), List.of(), ports(condition, "values"), ports(condition, "notValues")));
            default -> {
                boolean http = key.startsWith("request.")
                        || key.equals("remote.ip")
                        || key.equals("connection.sni")
                        || key.startsWith("experimental.");
                if (http) {
                    droppedHttp = true;
                    reported.add(condition.path("key") + ": " + key + " needs an L7 proxy");
                } else if (!key.isEmpty()) {
                    condition.wrong(
                            "key",
                            key,
                            "source.ip, source.namespace, source.principal, destination.ip or destination.port");
                }
                yield Optional.empty();
            }
        };
    }

    private static ConnectionMatch source(
            List<StringMatch> principals,
            List<StringMatch> notPrincipals,
            List<IpBlock> blocks,
            List<IpBlock> notBlocks) {
        return new ConnectionMatch(
                List.of(),
                List.of(),
                principals,
                notPrincipals,
                blocks,
                notBlocks,
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    private static ConnectionMatch destination(
            List<IpBlock> blocks, List<IpBlock> notBlocks, List<Integer> ports, List<Integer> notPorts) {
        return new ConnectionMatch(
                List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), blocks, notBlocks, ports, notPorts);
    }

    private static Optional<ConnectionMatch> narrowing(ConnectionMatch match) {
        ConnectionMatch nothing = destination(List.of(), List.of(), List.of(), List.of());
        return match.equals(nothing) ? Optional.empty() : Optional.of(match);
    }

    private static List<StringMatch> strings(Fields fields, String name) {
        return new ArrayList<>(
                fields.texts(name, MAX).stream().map(StringMatch::parse).toList());
    }

    private static List<StringMatch> principals(Fields fields, String name) {
        List<StringMatch> found = new ArrayList<>();
        for (String value : fields.texts(name, MAX)) {
            found.add(StringMatch.parse(value.startsWith("spiffe://") ? value.substring(9) : value));
        }
        return found;
    }

    private List<StringMatch> accounts(Fields fields, String name) {
        List<StringMatch> found = new ArrayList<>();
        int index = 0;
        for (String value : fields.texts(name, MAX)) {
            String[] parts = value.split("/", -1);
            if (parts.length > 2 || value.contains("*")) {
                fields.wrong(name + "[" + index + "]", value, "ACCOUNT or NAMESPACE/ACCOUNT without wildcard");
            } else {
                String in = parts.length == 2 ? parts[0] : namespace;
                found.add(new StringMatch.Suffix("/ns/" + in + "/sa/" + parts[parts.length - 1]));
            }
            index++;
        }
        return found;
    }

    private static List<Integer> ports(Fields fields, String name) {
        List<Integer> found = new ArrayList<>();
        int index = 0;
        for (String value : fields.texts(name, MAX)) {
            found.add(ServiceSpec.parsePort(fields, name + "[" + index++ + "]", value));
        }
        return found;
    }

    private static List<IpBlock> blocks(Fields fields, String name) {
        List<IpBlock> found = new ArrayList<>();
        int index = 0;
        for (String value : fields.texts(name, MAX)) {
            try {
                found.add(IpBlock.parse(value));
            } catch (Problem e) {
                fields.wrong(name + "[" + index + "]", e.detail());
            }
            index++;
        }
        return found;
    }
}
