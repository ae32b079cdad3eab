package dev.polder.wasm.registry.internal;

import dev.polder.kernel.model.Problem;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tags of a repository, page by page. Source: OCI distribution specification 1.1, "Listing Tags"; RFC 8288. */
public final class Tags {

    private static final int PAGE = 1_000;
    private static final int MAX_PAGES = 100;
    private static final int MAX_PAGE_TAGS = 100_000;
    private static final int MAX_PAGE_BYTES = 4 << 20;
    private static final Pattern NEXT = Pattern.compile("<([^>]*)>\\s*;\\s*rel=\"?next\"?");

    private Tags() {}

    /**
     * All of them.
     *
     * @throws Problem as {@link Api#send}; BAD_UPSTREAM when the pages do not end
     */
    public static List<String> list(Api api) {
        List<String> all = new ArrayList<>();
        URI uri = api.uri("tags/list?n=" + PAGE);
        for (int page = 0; page < MAX_PAGES; page++) {
            Call call = Call.get(uri, Map.of("Accept", "application/json"), api.scope("pull"), 200);
            try (Answer answer = api.send(call)) {
                byte[] json = answer.bytes(MAX_PAGE_BYTES, "a page of tags");
                Fields fields = Fields.read(json, Addresses.shown(answer.uri()), Origin.REGISTRY);
                all.addAll(fields.texts("tags", MAX_PAGE_TAGS));
                String link = answer.header("Link");
                Matcher next = NEXT.matcher(link == null ? "" : link);
                if (!next.find()) {
                    return all;
                }
                String given = next.group(1);
                // Java's resolution of a query alone takes the last part of the path away
                String location = given.startsWith("?") ? answer.uri().getRawPath() + given : given;
                URI following = api.addresses().resolve(answer.uri(), location, "Link");
                if (!api.addresses().isOwn(following)) {
                    throw Api.upstream(Addresses.shown(uri) + " answered with Link: " + Addresses.shown(following)
                            + " (expected: a page of the same registry)");
                }
                uri = following;
            } catch (IOException e) {
                throw api.broken(call, e);
            }
        }
        throw Api.upstream(
                Addresses.shown(uri) + ": more than " + MAX_PAGES + " pages of tags (expected: at most that)");
    }
}
