package dev.polder.wasm.service;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a wasm file says of how it was made, from the custom sections {@code producers} of itself and of the modules and
 * components in it. Source: tool-conventions, ProducersSection.
 *
 * <p>A hint and no more: a file that says nothing, or says it wrongly, has no tools; reading never fails.
 *
 * @param tools without doubles, in the order of the file, at most {@value #MAX_TOOLS}
 */
public record WasmProducers(List<Tool> tools) {

    static final int MAX_TOOLS = 32;
    private static final int MAX_DEPTH = 8;
    private static final int MAX_TEXT = 128;
    private static final int CUSTOM = 0;
    private static final int CORE_MODULE = 1;
    private static final int COMPONENT = 4;
    private static final int COMPONENT_LAYER = 0x01;

    /** The subsection of the name section that has the module's own. */
    private static final int MODULE_NAME = 0;

    private static final String PYTHON_RUNTIME = "componentize_py_runtime.wasm";

    private static final Map<String, String> BUILDERS =
            Map.of("componentizejs", "JavaScript", "componentize-js", "JavaScript", "componentize-py", "Python");
    private static final Map<String, String> BINDINGS = Map.of("wit-bindgen-rust", "Rust");

    /**
     * A language, a compiler or a library.
     *
     * @param field {@code language}, {@code processed-by} or {@code sdk}
     * @param version {@code ""} when the file does not say
     */
    public record Tool(String field, String name, String version) {}

    public WasmProducers {
        tools = List.copyOf(tools);
    }

    /** Reads a core module or a component. */
    static WasmProducers of(byte[] wasm) {
        Set<Tool> found = new LinkedHashSet<>();
        try {
            read(new WasmBytes(wasm), found, 0);
        } catch (WasmBytes.Malformed e) {
            // what was read before the fault stands
        }
        return new WasmProducers(found.stream().limit(MAX_TOOLS).toList());
    }

    /** The language it was written in, by the compiler that is known for one, by its own word, or by its bindings. */
    public Optional<String> language() {
        return byTool(BUILDERS).or(this::named).or(() -> byTool(BINDINGS));
    }

    private Optional<String> byTool(Map<String, String> languages) {
        return tools.stream()
                .flatMap(tool -> Stream.ofNullable(languages.get(tool.name().toLowerCase(Locale.ROOT))))
                .findFirst();
    }

    /** Of several languages C and C++ tell least: they are the libraries of the others. */
    private Optional<String> named() {
        List<String> languages = tools.stream()
                .filter(tool -> tool.field().equals("language"))
                .map(tool -> tool.name().startsWith("C_plus_plus") ? "C++" : tool.name())
                .map(name -> name.matches("C[0-9]+") ? "C" : name)
                .toList();
        return languages.stream()
                .filter(name -> !name.equals("C") && !name.equals("C++"))
                .findFirst()
                .or(() -> languages.stream().findFirst());
    }

    private static void read(WasmBytes in, Set<Tool> found, int depth) {
        in.skip(6);
        boolean component = in.u8() == COMPONENT_LAYER;
        in.skip(1);
        while (in.left() > 0) {
            int id = in.u8();
            WasmBytes body = in.part(in.u32());
            if (id == CUSTOM) {
                switch (body.text()) {
                    case "producers" -> fields(body, found);
                    case "name" -> runtime(body, found);
                    default -> {}
                }
            } else if (component && depth < MAX_DEPTH && (id == CORE_MODULE || id == COMPONENT)) {
                read(body, found, depth + 1);
            }
        }
    }

    /** componentize-py says nothing of itself but by the name of the module that it brings. */
    private static void runtime(WasmBytes in, Set<Tool> found) {
        boolean named = in.left() > 0 && in.u8() == MODULE_NAME;
        if (named && in.part(in.u32()).text().equals(PYTHON_RUNTIME) && found.size() < MAX_TOOLS) {
            found.add(new Tool("processed-by", "componentize-py", ""));
        }
    }

    private static void fields(WasmBytes in, Set<Tool> found) {
        for (int fields = in.u32(); fields > 0; fields--) {
            String field = in.text();
            for (int values = in.u32(); values > 0; values--) {
                Tool tool = new Tool(shortened(field), shortened(in.text()), shortened(in.text()));
                if (found.size() < MAX_TOOLS) {
                    found.add(tool);
                }
            }
        }
    }

    private static String shortened(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
    }
}
