package dev.polder.portal.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Descriptors of every kind with everything in them that filters, orders and relations can trip over; by seed. */
final class Corpus {

    private static final List<String> TYPES = List.of("service", "website", "Library", "data-pipeline");
    private static final List<String> LIFECYCLES = List.of("production", "Experimental", "deprecated");
    private static final List<String> TAGS = List.of("java", "go", "c++", "c#", "team:blue", "a1", "web-ui");
    private static final List<String> NAMESPACES = List.of("", "", "", "payments", "team-7");

    private final Random random;

    Corpus(long seed) {
        this.random = new Random(seed);
    }

    /** Writes the tree and answers its root. */
    Path write(Path folder) throws IOException {
        Files.createDirectories(folder.resolve("nested/deep"));
        Files.createDirectories(folder.resolve("defs"));
        Files.writeString(folder.resolve("root.yaml"), """
                apiVersion: backstage.io/v1alpha1
                kind: Location
                metadata: {name: corpus}
                spec:
                  targets: [./components.yaml, ./nested/location.yaml, "./globbed-*.yaml"]
                """);
        Files.writeString(folder.resolve("nested/location.yaml"), """
                apiVersion: backstage.io/v1alpha1
                kind: Location
                metadata: {name: nested, namespace: team-7}
                spec:
                  type: file
                  target: ./deep/people.yaml
                ---
                apiVersion: backstage.io/v1alpha1
                kind: Location
                metadata: {name: optional}
                spec: {target: ./missing.yaml, presence: optional}
                """);
        Files.writeString(folder.resolve("nested/deep/people.yaml"), people());
        Files.writeString(folder.resolve("components.yaml"), components(90));
        Files.writeString(folder.resolve("globbed-1.yaml"), resources(20));
        Files.writeString(folder.resolve("globbed-2.yaml"), apis(15));
        Files.writeString(folder.resolve("defs/api.txt"), "line one\nline two, with \"quotes\" and ünïcode\n");
        Files.writeString(folder.resolve("defs/data.json"), "{\"deep\": [1, 2.5, {\"x\": true}], \"none\": null}");
        Files.writeString(folder.resolve("defs/data.yaml"), "list: [a, b]\nnumber: 0x1f\n");
        Files.writeString(folder.resolve("placeholders.yaml"), """
                apiVersion: backstage.io/v1alpha1
                kind: API
                metadata: {name: placed}
                spec:
                  type: openapi
                  lifecycle: production
                  owner: team-0
                  definition: {$text: ./defs/api.txt}
                  extra: {$json: ./defs/data.json}
                  more: {$yaml: defs/data.yaml}
                  unknown: {$other: ./defs/api.txt}
                  two: {$text: ./defs/api.txt, $json: ./defs/data.json}
                """);
        return folder.resolve("root.yaml");
    }

    private String components(int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append("apiVersion: backstage.io/")
                    .append(chance(5) ? "v1beta1" : "v1alpha1")
                    .append("\nkind: Component\n");
            metadata(text, (chance(3) ? "Comp" : "comp") + "-" + i + (chance(8) ? "_X.y" : ""));
            text.append("spec:\n  type: ")
                    .append(pick(TYPES))
                    .append("\n  lifecycle: ")
                    .append(pick(LIFECYCLES));
            text.append("\n  owner: ")
                    .append(pick(
                            List.of("team-0", "group:team-1", "user:default/User.2", "payments/team-3", "Team-0")));
            text.append('\n');
            if (chance(2)) {
                text.append("  system: ")
                        .append(pick(List.of("sys", "default/sys", "system:payments/Billing")))
                        .append('\n');
            }
            if (chance(2)) {
                text.append("  dependsOn: [resource:res-")
                        .append(random.nextInt(25))
                        .append(", component:default/comp-")
                        .append(random.nextInt(count))
                        .append("]\n");
            }
            if (chance(3)) {
                text.append("  providesApis: [api-").append(random.nextInt(15)).append(", Api-2, default/api-9]\n");
            }
            if (chance(3)) {
                text.append("  consumesApis:\n  - api-")
                        .append(random.nextInt(15))
                        .append('\n');
            }
            if (chance(6)) {
                text.append("  subcomponentOf: comp-")
                        .append(random.nextInt(count))
                        .append('\n');
            }
            if (chance(6)) {
                text.append("  dependencyOf: [component:comp-")
                        .append(random.nextInt(count))
                        .append("]\n");
            }
            if (chance(3)) {
                text.append("  size: ")
                        .append(pick(List.of("1", "1.0", "2.50", "-3", "1e3", "true", "null", "~", "\"\"")))
                        .append('\n');
                text.append("  nested: {Deep: {list: [x, Y, 3, true, null, {inner: z}]}, empty: {}, none: []}\n");
            }
            text.append("---\n");
        }
        return text.toString();
    }

    private void metadata(StringBuilder text, String name) {
        text.append("metadata:\n  name: ").append(name).append('\n');
        String namespace = pick(NAMESPACES);
        if (!namespace.isEmpty()) {
            text.append("  namespace: ").append(namespace).append('\n');
        }
        if (chance(3)) {
            text.append("  title: ")
                    .append(pick(List.of("A Title", "Ünïcode & more", "100%_sure", "zebra")))
                    .append('\n');
        }
        if (chance(3)) {
            text.append("  description: ")
                    .append(chance(4) ? "long ".repeat(60) : "does things, well")
                    .append('\n');
        }
        if (chance(2)) {
            text.append("  tags: [").append(String.join(", ", tags())).append("]\n");
        }
        if (chance(3)) {
            text.append("  labels: {acme.io/Tier: \"").append(random.nextInt(3)).append("\", plain: \"\"}\n");
        }
        if (chance(3)) {
            text.append("  annotations: {acme.io/note: \"")
                    .append(pick(List.of("Yes", "no", "")))
                    .append("\"}\n");
        }
        if (chance(5)) {
            text.append("  links: [{url: \"https://example.com/").append(name).append("\", title: Home}]\n");
        }
    }

    private List<String> tags() {
        List<String> tags = new ArrayList<>();
        for (String tag : TAGS) {
            if (chance(3)) {
                tags.add("\"" + tag + "\"");
            }
        }
        return tags;
    }

    private String resources(int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append("apiVersion: backstage.io/v1alpha1\nkind: Resource\n");
            metadata(text, "res-" + i);
            text.append("spec: {type: ")
                    .append(pick(List.of("database", "queue")))
                    .append(", owner: team-1");
            text.append(chance(2) ? ", dependsOn: ['resource:res-" + random.nextInt(count) + "']" : "")
                    .append("}\n---\n");
        }
        return text.toString();
    }

    private String apis(int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append("apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: api-")
                    .append(i)
                    .append("}\nspec:\n");
            text.append("  type: openapi\n  definition: |\n    openapi: 3.0.0\n");
            text.append("  lifecycle: production\n  owner: team-0\n  system: sys\n---\n");
        }
        return text.toString();
    }

    private String people() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            text.append("apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: team-")
                    .append(i)
                    .append("}\n");
            text.append("spec: {type: team, children: [")
                    .append(i == 0 ? "team-2, team-1" : "")
                    .append("]");
            text.append(i > 2 ? ", parent: team-0, members: [user.1, default/user.0]" : "");
            text.append(", profile: {displayName: Team ").append(i).append("}}\n---\n");
        }
        for (int i = 0; i < 6; i++) {
            text.append("apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {name: User.")
                    .append(i)
                    .append("}\n");
            text.append("spec: {memberOf: [")
                    .append(i == 0 ? "" : "team-" + (i - 1) + ", team-0")
                    .append("]}\n---\n");
        }
        text.append("""
                apiVersion: backstage.io/v1alpha1
                kind: System
                metadata: {name: sys, title: The System}
                spec: {owner: team-0, domain: dom}
                ---
                apiVersion: backstage.io/v1alpha1
                kind: System
                metadata: {name: Billing, namespace: payments}
                spec: {owner: default/team-1, domain: default/dom, type: product}
                ---
                apiVersion: backstage.io/v1alpha1
                kind: Domain
                metadata: {name: dom}
                spec: {owner: team-0, subdomainOf: Everything}
                ---
                apiVersion: scaffolder.backstage.io/v1beta3
                kind: Template
                metadata: {name: starter, tags: [recommended]}
                spec:
                  owner: team-2
                  type: service
                  parameters: [{title: Name, properties: {name: {type: string}}}]
                  steps: [{id: log, action: 'debug:log', input: {message: '${{ parameters.name }}'}}]
                  output: {links: [{title: Open, url: '${{ steps.log.output.url }}'}]}
                """);
        return text.toString();
    }

    private boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
