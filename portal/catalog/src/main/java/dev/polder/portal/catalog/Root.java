package dev.polder.portal.catalog;

import dev.polder.kernel.model.EntityRef;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A location that processing starts from.
 *
 * @param location where
 * @param entityRef the Location entity that stands for it
 * @param rules what it may bring
 */
record Root(LocationSpec location, String entityRef, CatalogRules rules) {

    static Root configured(LocationSpec location) {
        return new Root(location, entityRefOf(location), CatalogRules.ALL);
    }

    static Root registered(RegisteredLocation location, CatalogRules rules) {
        return new Root(location.spec(), location.entityRef(), rules);
    }

    /** {@code location:default/generated-SHA1}, the name that Backstage derives from type and target. */
    static String entityRefOf(LocationSpec location) {
        return "location:default/generated-" + sha1(location.ref());
    }

    /** The Location entity as it would stand in a file. */
    ObjectNode descriptor() {
        ObjectNode entity = JsonNodeFactory.instance.objectNode();
        entity.put("apiVersion", "backstage.io/v1alpha1").put("kind", "Location");
        entity.putObject("metadata").put("name", EntityRef.parse(entityRef).name());
        ObjectNode spec = entity.putObject("spec");
        spec.put("type", location.type()).put("target", location.target());
        if (location.optional()) {
            spec.put("presence", "optional");
        }
        return entity;
    }

    /** SHA-1 as Backstage uses it to name things; nothing here rests on its strength. */
    static String sha1(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK lacks SHA-1, which every JDK must have", e);
        }
    }
}
