package dev.polder.mesh.config.internal;

import dev.polder.kernel.model.Resource;
import dev.polder.kernel.model.ResourceKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The resources of one compilation, read and sorted, oldest first; those with mistakes are set apart. */
public final class Inputs {

    /** A resource and its spec as read. */
    public record Item<S>(Resource resource, S spec) {
        String namespace() {
            return resource.metadata().namespace();
        }

        String name() {
            return resource.metadata().name();
        }

        ResourceKey key() {
            return resource.key();
        }
    }

    private final Map<Class<?>, List<Item<?>>> good = new HashMap<>();
    private final Map<ResourceKey, Item<Object>> broken = new LinkedHashMap<>();
    private final Map<ResourceKey, String> mistakes = new HashMap<>();
    private final List<Resource> all;
    private final Map<String, Map<String, String>> namespaceLabels = new HashMap<>();

    private Inputs(List<Resource> all) {
        this.all = all;
    }

    /** Reads every resource of a known kind; others are passed over. */
    public static Inputs read(Collection<Resource> resources) {
        List<Resource> sorted = resources.stream()
                .sorted(Age.OLDEST_FIRST)
                .filter(KindReaders::known)
                .toList();
        Inputs inputs = new Inputs(sorted);
        sorted.forEach(inputs::add);
        return inputs;
    }

    private void add(Resource resource) {
        Mistakes found = new Mistakes();
        Object spec = KindReaders.read(resource, found);
        if (!found.isEmpty()) {
            broken.put(resource.key(), new Item<>(resource, spec));
            mistakes.put(resource.key(), found.text());
            return;
        }
        good.computeIfAbsent(spec.getClass(), kind -> new ArrayList<>()).add(new Item<>(resource, spec));
        if (resource.kind().equals("Namespace")) {
            Map<String, String> labels = new HashMap<>(resource.metadata().labels());
            labels.put("kubernetes.io/metadata.name", resource.metadata().name());
            namespaceLabels.put(resource.metadata().name(), Map.copyOf(labels));
        }
    }

    /** The resources whose spec is of a type, oldest first. */
    <S> List<Item<S>> of(Class<S> type) {
        List<Item<S>> items = new ArrayList<>();
        for (Item<?> item : good.getOrDefault(type, List.of())) {
            items.add(new Item<>(item.resource(), type.cast(item.spec())));
        }
        return items;
    }

    /** Resources with mistakes; their spec holds what could be read. */
    Collection<Item<Object>> broken() {
        return broken.values();
    }

    /** What is wrong with a resource, or empty. */
    Optional<String> mistakesOf(ResourceKey key) {
        return Optional.ofNullable(mistakes.get(key));
    }

    List<Resource> all() {
        return all;
    }

    /** Labels of a namespace, its own name among them, whether or not it was declared. */
    Map<String, String> namespaceLabels(String namespace) {
        return namespaceLabels.getOrDefault(namespace, Map.of("kubernetes.io/metadata.name", namespace));
    }
}
