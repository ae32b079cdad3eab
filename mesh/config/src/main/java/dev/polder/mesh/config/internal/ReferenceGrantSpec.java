package dev.polder.mesh.config.internal;

import java.util.ArrayList;
import java.util.List;

/** {@code spec} of a ReferenceGrant. Source: Gateway API v1beta1. */
public record ReferenceGrantSpec(List<From> from, List<To> to) {

    /** Who may refer. */
    public record From(String group, String kind, String namespace) {}

    /**
     * What may be referred to.
     *
     * @param name {@code ""} for every object of the kind
     */
    public record To(String group, String kind, String name) {}

    static ReferenceGrantSpec read(Fields root) {
        Fields spec = root.only("spec").object("spec").only("from", "to");
        List<From> from = new ArrayList<>();
        for (Fields item : spec.objects("from", 16)) {
            item.only("group", "kind", "namespace");
            from.add(new From(item.text("group", ""), item.text("kind"), item.text("namespace")));
        }
        List<To> to = new ArrayList<>();
        for (Fields item : spec.objects("to", 16)) {
            item.only("group", "kind", "name");
            to.add(new To(item.text("group", ""), item.text("kind"), item.text("name", "")));
        }
        if (from.isEmpty()) {
            spec.wrong("from", null, "at least one item");
        }
        if (to.isEmpty()) {
            spec.wrong("to", null, "at least one item");
        }
        return new ReferenceGrantSpec(from, to);
    }

    boolean allows(From wantedFrom, To wantedTo) {
        return from.contains(wantedFrom)
                && to.stream()
                        .anyMatch(item -> item.group().equals(wantedTo.group())
                                && item.kind().equals(wantedTo.kind())
                                && (item.name().isEmpty() || item.name().equals(wantedTo.name())));
    }
}
