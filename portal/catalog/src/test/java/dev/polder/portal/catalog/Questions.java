package dev.polder.portal.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Questions that a catalogue must answer as Backstage does; by seed. */
final class Questions {

    private static final List<String> KEYS = List.of(
            "kind",
            "Kind",
            "spec.type",
            "spec.lifecycle",
            "spec.owner",
            "spec.system",
            "metadata.name",
            "metadata.namespace",
            "metadata.tags",
            "metadata.tags.java",
            "metadata.tags.C++",
            "metadata.labels.acme.io/Tier",
            "metadata.title",
            "metadata.annotations.acme.io/note",
            "spec.size",
            "spec.nested.deep.list",
            "spec.nested.Deep.list.Y",
            "relations.ownedBy",
            "relations.hasPart",
            "relations.dependsOn",
            "metadata.description",
            "spec.none",
            "spec.size.x");
    private static final List<String> VALUES = List.of(
            "component",
            "COMPONENT",
            "api",
            "resource",
            "service",
            "Library",
            "library",
            "production",
            "experimental",
            "team-0",
            "Team-0",
            "group:default/team-0",
            "Comp-3",
            "comp-7",
            "payments",
            "default",
            "java",
            "c++",
            "team:blue",
            "0",
            "1",
            "true",
            "TRUE",
            "",
            "x",
            "3",
            "A Title",
            "zebra",
            "2.5",
            "1000",
            "system:default/sys");
    static final List<String> ORDERS = List.of(
            "metadata.name", "kind", "spec.type", "spec.lifecycle", "metadata.title", "spec.size", "metadata.tags");

    private final Random random;

    Questions(long seed) {
        this.random = new Random(seed);
    }

    String filters() {
        List<String> parameters = new ArrayList<>();
        for (int sets = 1 + random.nextInt(2); sets > 0; sets--) {
            List<String> statements = new ArrayList<>();
            for (int n = 1 + random.nextInt(3); n > 0; n--) {
                String key = pick(KEYS);
                statements.add(random.nextInt(3) == 0 ? key : key + "=" + pick(VALUES));
                if (random.nextInt(4) == 0) {
                    statements.add(key + "=" + pick(VALUES));
                }
            }
            parameters.add("filter=" + Question.encode(String.join(random.nextBoolean() ? "," : " , ", statements)));
        }
        return String.join("&", parameters);
    }

    String predicate(int depth) {
        return switch (random.nextInt(depth > 2 ? 6 : 9)) {
            case 0 -> "{" + quoted(pick(KEYS)) + ":" + quoted(pick(VALUES)) + "}";
            case 1 -> "{" + quoted(pick(KEYS)) + ":{\"$exists\":" + random.nextBoolean() + "}}";
            case 2 ->
                "{" + quoted(pick(KEYS)) + ":{\"$in\":[" + quoted(pick(VALUES)) + "," + quoted(pick(VALUES)) + ",1]}}";
            case 3 ->
                "{" + quoted(pick(KEYS)) + ":{\"$hasPrefix\":" + quoted(pick(List.of("c", "Comp", "te", "%", "a_", "")))
                        + "}}";
            case 4 ->
                "{\"kind\":\"component\"," + quoted(pick(KEYS)) + ":{\"$contains\":" + quoted(pick(VALUES)) + "}}";
            case 5 ->
                "{\"relations\":{\"$contains\":{\"type\":\"ownedBy\",\"targetRef\":{\"$in\":[\"group:default/team-0\",\"Group:default/Team-1\"]}}}}";
            case 6 -> "{\"$not\":" + predicate(depth + 1) + "}";
            case 7 -> "{\"$all\":[" + predicate(depth + 1) + "," + predicate(depth + 1) + "]}";
            default ->
                "{\"$any\":[" + predicate(depth + 1) + (random.nextBoolean() ? "" : "," + predicate(depth + 1)) + "]}";
        };
    }

    String text() {
        String term = pick(List.of("comp", "TEAM", " 1 ", "100%", "a_t", "\\\\", "x.y", "title", ""));
        return "fullTextFilterTerm=" + Question.encode(term.isEmpty() ? "zz" : term)
                + (random.nextBoolean() ? "&fullTextFilterFields=metadata.name,Metadata.Title,metadata.tags" : "");
    }

    String facets() {
        return "facet=" + Question.encode(pick(KEYS)) + "&facet=" + Question.encode(pick(KEYS));
    }

    <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    int number(int below) {
        return random.nextInt(below);
    }

    boolean coin() {
        return random.nextBoolean();
    }

    static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    /** Requests that are refused, and those at the edge of it. The bodies of the answers must be equal, too. */
    static List<Question> refused() {
        List<Question> all = new ArrayList<>();
        for (String path : List.of(
                "/entities?foo=1",
                "/entities?limit=0",
                "/entities?limit=x",
                "/entities?limit=-1",
                "/entities?offset=-1",
                "/entities?limit=1&limit=2",
                "/entities?limit=1.5",
                "/entities?filter=%3Dx",
                "/entities?order=kind",
                "/entities?after=zz&limit=1",
                "/entities?after=",
                "/entities?fields=a%5B0",
                "/entities/by-query?limit=x",
                "/entities/by-query?limit=-1",
                "/entities/by-query?totalItems=no",
                "/entities/by-query?orderField=a,b",
                "/entities/by-query?offset=-1",
                "/entities/by-query?cursor=",
                "/entities/by-query?fields=a%5B0",
                "/entity-facets",
                "/entity-facets?facet=",
                "/entity-facets?facet=kind&x=1",
                "/nothing",
                "/entities/by-uid/x",
                "/entities/by-uid/x?y=1",
                "/entities/by-name/component/default/none",
                "/entities/by-name/a/b",
                "/entities/by-name/component/default/none/ancestry",
                "/locations/by-entity/component/default/none",
                "/locations?x=1",
                "/locations/by-entity/component/default/comp-none")) {
            all.add(Question.get(path));
        }
        all.add(new Question("DELETE", "/entities/by-uid/x", null));
        for (String body : List.of(
                "{\"query\":5}",
                "{\"query\":[]}",
                "{\"limit\":\"5\"}",
                "{\"cursor\":\"\"}",
                "{\"query\":{\"kind\":{\"$contains\":{\"a\":1}}}}",
                "{\"query\":{\"relations\":{\"$contains\":{\"a\":1}}}}",
                "{\"query\":{\"relations\":{\"$contains\":{\"targetRef\":\"x\"}}}}",
                "{\"query\":{\"relations\":{\"$contains\":{\"type\":\"x\",\"targetRef\":{\"$in\":[]}}}}}",
                "{\"query\":{\"$all\":[\"x\"]}}",
                "{\"orderBy\":[{\"field\":\"kind\",\"order\":\"up\"}]}")) {
            all.add(Question.post("/entities/by-query", body));
        }
        all.add(Question.post("/entity-facets", "{}"));
        all.add(Question.post("/entity-facets", "{\"facets\":[]}"));
        all.add(Question.post("/entity-facets", "{\"facets\":[\"\"]}"));
        all.add(Question.post("/entities/by-refs", "{}"));
        all.add(Question.post("/locations", "{\"type\":\"url\"}"));
        all.add(Question.post("/locations", "{}"));
        all.add(Question.post("/locations", "{\"type\":\"file\",\"target\":\"/x\"}"));
        all.add(Question.post("/locations?onConflict=zz", "{\"type\":\"url\",\"target\":\"https://x.invalid/a\"}"));
        all.add(Question.post("/locations/by-query", "{\"limit\":0}"));
        all.add(Question.post("/locations/by-query", "{\"query\":{\"zz\":\"x\"}}"));
        all.add(Question.post("/refresh", "{}"));
        all.add(Question.post("/refresh", "{\"entityRef\":\"component:default/none\"}"));
        all.add(Question.post("/refresh", "{\"entityRef\":\"component:default/none\",\"q\":1}"));
        all.add(Question.post("/analyze-location", "{}"));
        all.add(Question.post("/analyze-location", "{\"location\":{\"type\":\"url\",\"target\":\"nourl\"}}"));
        all.add(Question.post(
                "/analyze-location", "{\"location\":{\"type\":\"url\",\"target\":\"https://github.com/a/b\"}}"));
        all.add(Question.post("/validate-entity", "{}"));
        for (String entity : List.of(
                "{\"apiVersion\":\"backstage.io/v1alpha1\",\"kind\":\"Domain\",\"metadata\":{\"name\":\"ab\"},\"spec\":{\"owner\":\"x\"}}",
                "{\"apiVersion\":\"backstage.io/v1alpha1\",\"kind\":\"Component\",\"metadata\":{\"name\":\"a b\"},\"spec\":{}}",
                "{\"apiVersion\":\"backstage.io/v1alpha1\",\"kind\":\"Component\",\"metadata\":{\"name\":\"ab\"},\"spec\":{}}",
                "{\"apiVersion\":\"backstage.io/v1alpha1\",\"kind\":\"Component\",\"metadata\":{\"name\":\"ab\"}}",
                "{\"apiVersion\":\"backstage.io/v1alpha1\",\"kind\":\"Foo\",\"metadata\":{\"name\":\"ab\"},\"spec\":{}}",
                "{\"kind\":\"Foo\",\"metadata\":{\"name\":\"ab\"},\"spec\":{}}",
                "{\"apiVersion\":\"backstage.io/v1alpha1\",\"kind\":\"Foo\",\"metadata\":{}}",
                "{\"apiVersion\":\"backstage.io/v1alpha1\",\"kind\":\"Domain\",\"metadata\":{\"name\":\"ab\"},\"zz\":{}}",
                "{\"apiVersion\":\"backstage.io/v1alpha1\",\"kind\":\"Domain\",\"metadata\":{\"name\":\"ab\",\"namespace\":\"A.b\"},\"spec\":{\"owner\":\"x\"}}",
                "{\"apiVersion\":\"backstage.io/v1alpha1\",\"kind\":\"Domain\",\"metadata\":{\"name\":\"ab\",\"tags\":[\"Bad\"]},\"spec\":{\"owner\":\"x\"}}",
                "{\"apiVersion\":\"backstage.io/v1alpha1\",\"kind\":\"Domain\",\"metadata\":{\"name\":\"ab\",\"tags\":[\"a:b\",\"\"]},\"spec\":{\"owner\":\"x\"}}",
                "{\"apiVersion\":\"backstage.io/v1alpha1\",\"kind\":\"Domain\",\"metadata\":{\"name\":\"ab\",\"labels\":{\"a/b/c\":\"x\"}},\"spec\":{\"owner\":\"x\"}}",
                "{\"apiVersion\":\"backstage.io/v1alpha1\",\"kind\":\"Domain\",\"metadata\":{\"name\":\"ab\",\"labels\":{\"a\":\"x y\"}},\"spec\":{\"owner\":\"x\"}}",
                "{\"apiVersion\":\"backstage.io/v1alpha1\",\"kind\":\"Domain\",\"metadata\":{\"name\":\"ab\",\"links\":[{\"url\":\"no url\"}]},\"spec\":{\"owner\":\"x\"}}",
                "{\"apiVersion\":\"backstage.io/v1alpha1\",\"kind\":\"Domain\",\"metadata\":{\"name\":\"ab\",\"title\":\"\"},\"spec\":{\"owner\":\"x\"}}",
                "{\"apiVersion\":\"Backstage.io/v1\",\"kind\":\"Domain\",\"metadata\":{\"name\":\"ab\"},\"spec\":{\"owner\":\"x\"}}",
                "{\"apiVersion\":\"backstage.io/v1alpha1\",\"kind\":\"Do-main\",\"metadata\":{\"name\":\"ab\"},\"spec\":{\"owner\":\"x\"}}",
                "{\"apiVersion\":\"backstage.io/v1alpha1\",\"kind\":\"Domain\",\"metadata\":{\"name\":\"ab\"},\"spec\":{\"owner\":\"\"}}",
                "{\"apiVersion\":\"backstage.io/v1alpha1\",\"kind\":\"Domain\",\"metadata\":{\"name\":\"ab\"},\"spec\":{\"owner\":5}}",
                "{\"apiVersion\":\"backstage.io/v1alpha1\",\"kind\":\"Location\",\"metadata\":{\"name\":\"ab\"},\"spec\":{\"presence\":\"maybe\"}}",
                "{\"apiVersion\":\"backstage.io/v1alpha1\",\"kind\":\"User\",\"metadata\":{\"name\":\"ab\"},\"spec\":{\"memberOf\":\"x\"}}",
                "{\"apiVersion\":\"scaffolder.backstage.io/v1beta3\",\"kind\":\"Template\",\"metadata\":{\"name\":\"ab\"},\"spec\":{\"type\":\"x\",\"steps\":[{\"id\":\"a\",\"action\":\"b\",\"if\":true}]}}",
                "5")) {
            all.add(Question.post("/validate-entity", "{\"entity\":" + entity + ",\"location\":\"url:https://x/y\"}"));
        }
        all.add(
                Question.post(
                        "/validate-entity",
                        "{\"entity\":{\"apiVersion\":\"backstage.io/v1alpha1\",\"kind\":\"A\",\"metadata\":{\"name\":\"ab\"}},\"location\":\"file:/y\"}"));
        return all;
    }
}
