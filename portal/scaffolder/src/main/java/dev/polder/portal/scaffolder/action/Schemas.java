package dev.polder.portal.scaffolder.action;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON Schemas written down in the source. */
final class Schemas {

    private Schemas() {}

    static JsonNode parse(String json) {
        return JsonMapper.shared().readTree(json);
    }
}
