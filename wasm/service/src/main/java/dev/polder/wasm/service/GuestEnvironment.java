package dev.polder.wasm.service;

import dev.polder.kernel.model.Problem;
import dev.polder.wasm.capability.Template;
import dev.polder.wasm.capability.VariableProvider;
import dev.polder.wasm.capability.Variables;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The environment of a component's guests: what {@code environment} says, and, for guests that have no way to ask for
 * their {@code variables}, those as {@code SPIN_VARIABLE_NAME}. A variable of the application that neither of the two
 * names stays hidden.
 */
final class GuestEnvironment {

    private GuestEnvironment() {}

    /** As it is for as long as a version serves: without variables whose values may change meanwhile. */
    static Map<String, String> of(SpinManifest.Component component, SpinManifest spin, Variables variables) {
        Map<String, String> environment = new LinkedHashMap<>();
        component.variables().forEach((name, text) -> {
            Template template = Template.parse(text);
            if (!variables.isLive(template)) {
                environment.put(variableName(name), variables.render(template));
            }
        });
        component
                .environment()
                .forEach((name, value) -> environment.put(
                        name,
                        isTemplate(value, spin.variables().keySet())
                                ? variables.render(Template.parse(value))
                                : value));
        return environment;
    }

    /** Variables whose values may change while a version serves; each is asked for. */
    static Map<String, Supplier<String>> live(SpinManifest.Component component, Variables variables) {
        Map<String, Supplier<String>> live = new LinkedHashMap<>();
        component.variables().forEach((name, text) -> {
            Template template = Template.parse(text);
            String named = variableName(name);
            if (variables.isLive(template) && !component.environment().containsKey(named)) {
                live.put(named, () -> variables.render(template));
            }
        });
        return live;
    }

    private static String variableName(String name) {
        return VariableProvider.PREFIX + name.toUpperCase(Locale.ROOT);
    }

    /** Whether a value of {@code environment} is a template: Spin hands on all others as they are, braces included. */
    static boolean isTemplate(String value, Collection<String> declared) {
        try {
            Template template = Template.parse(value);
            return !template.isLiteral() && declared.containsAll(template.variables());
        } catch (Problem e) {
            return false; // braces that mean something else
        }
    }
}
