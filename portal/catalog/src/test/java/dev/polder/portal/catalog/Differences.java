package dev.polder.portal.catalog;

import java.util.List;

/**
 * Where Polder's catalogue answers otherwise than Backstage's on purpose. What is not named here is compared.
 *
 * <ul>
 *   <li>Malformed predicates and cursors are 400 InputError on both sides, in our words: Backstage repeats the inner
 *       findings of its validation library.
 *   <li>{@code GET|PUT|DELETE /locations/{id}} with an id that is no UUID: Backstage on PostgreSQL answers 500, because
 *       the database refuses to compare; we answer 404, as for any other unknown id.
 *   <li>{@code POST /validate-entity} lists every mistake; Backstage lists the first one.
 *   <li>A mistake in one document holds up that document alone; Backstage takes nothing new from a location while any of
 *       its files is broken. Two documents of one file with the same reference: the first one counts, and the second is
 *       a mistake; in Backstage the last one counts silently.
 *   <li>Relative {@code file} targets are relative to the Location's file also without {@code ./}; a target may be a
 *       folder.
 *   <li>The kind AiResource and APIs of type {@code mcp-server} are known without further modules.
 *   <li>Placeholders work beside {@code file} locations, too.
 *   <li>Orphans go at once; Backstage sweeps them every 30 seconds.
 * </ul>
 */
final class Differences {

    private Differences() {}

    static List<Question> sameStatusOnly() {
        return List.of(
                Question.get("/entities/by-query?cursor=zzz"),
                Question.get("/entities/by-query?cursor=e30%3D"),
                Question.post("/entities/by-query", "{\"query\":{\"kind\":{\"$foo\":1}}}"),
                Question.post("/entities/by-query", "{\"query\":{\"kind\":null}}"),
                Question.post("/entities/by-query", "{\"query\":{\"kind\":[\"a\"]}}"),
                Question.post("/entities/by-query", "{\"query\":{\"$all\":[],\"kind\":\"x\"}}"),
                Question.post("/entities/by-query", "{\"query\":{\"$all\":{}}}"),
                Question.post("/entities/by-query", "{\"query\":{\"$nope\":[]}}"),
                Question.post("/entities/by-query", "{\"cursor\":\"zzz\"}"),
                Question.post("/entities/by-query", "{bad"),
                Question.post("/locations", "{\"type\":\"url\",\"target\":\"https://x.invalid/a\",\"zz\":1}"),
                Question.post("/locations?dryRun=true", "{\"type\":\"url\",\"target\":\"https://x.invalid/a\"}"));
    }
}
