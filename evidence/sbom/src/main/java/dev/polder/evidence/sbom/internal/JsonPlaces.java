package dev.polder.evidence.sbom.internal;

import dev.polder.kernel.model.Where;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.json.JsonMapper;

/** Finds the line of a field by reading the text once more: paid only when there is a mistake to report. */
final class JsonPlaces {

    private JsonPlaces() {}

    /** The place of the value under a chain of field names, or of the nearest ancestor that is there. */
    static Where find(String source, String text, List<String> path) {
        String field = String.join(".", path);
        TokenStreamLocation found = null;
        try (JsonParser parser = JsonMapper.shared().createParser(text)) {
            int matched = 0;
            int depth = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token.isStructStart()) {
                    depth++;
                } else if (token.isStructEnd()) {
                    depth--;
                } else if (token == JsonToken.PROPERTY_NAME
                        && depth == matched + 1
                        && matched < path.size()
                        && path.get(matched).equals(parser.currentName())) {
                    matched++;
                    found = parser.currentTokenLocation();
                    if (matched == path.size()) {
                        break;
                    }
                }
                if (depth < matched) {
                    break;
                }
            }
        } catch (JacksonException e) {
            return new Where(
                    source, e.getLocation().getLineNr(), e.getLocation().getColumnNr(), field);
        }
        return found == null
                ? Where.of(source).field(field)
                : new Where(source, found.getLineNr(), found.getColumnNr(), field);
    }
}
