package dev.polder.wasm.service;

import java.util.ArrayList;
import java.util.List;

/**
 * The arguments of a WAGI guest: the manifest's {@code argv} with <code>${SCRIPT_NAME}</code> (the request's path) and
 * <code>${ARGS}</code> (the query with a space for each {@code &}) put in, then split at spaces, as Spin does.
 */
final class CgiArguments {

    private final String template;
    private final boolean fixed;
    private final List<String> fixedArguments;

    CgiArguments(String template) {
        this.template = template;
        this.fixed = !template.contains("${");
        this.fixedArguments = split(template);
    }

    List<String> of(String path, String query) {
        if (fixed) {
            return fixedArguments;
        }
        return split(template.replace("${SCRIPT_NAME}", path).replace("${ARGS}", query.replace('&', ' ')));
    }

    private static List<String> split(String text) {
        List<String> arguments = new ArrayList<>();
        int from = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || text.charAt(i) == ' ') {
                if (i > from) {
                    arguments.add(text.substring(from, i));
                }
                from = i + 1;
            }
        }
        return arguments;
    }
}
