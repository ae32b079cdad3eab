package dev.polder.wasm.wasi.p2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.wasm.component.HostInterface;
import dev.polder.wasm.component.Wit;
import dev.polder.wasm.wasi.WasiConfig;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class WasiP2Test {

    /** One line each: interface, function or resource, number of parameters without self. */
    private static Set<String> specified() throws IOException {
        try (InputStream in = WasiP2Test.class.getResourceAsStream("functions.txt")) {
            return new TreeSet<>(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList());
        }
    }

    private static Optional<Method> method(Class<?> type, String name) {
        return Arrays.stream(type.getMethods())
                .filter(method -> method.isAnnotationPresent(Wit.class))
                .filter(method -> method.getAnnotation(Wit.class).value().equals(name))
                .findFirst();
    }

    private static Optional<Method> find(HostInterface in, String function) {
        if (!function.startsWith("[method]")) {
            return method(in.functions(), function);
        }
        String[] parts = function.substring("[method]".length()).split("\\.");
        return Optional.ofNullable(in.resources().get(parts[0])).flatMap(type -> method(type, parts[1]));
    }

    @Test
    void everyFunctionAndResourceIsThere() throws IOException {
        Set<String> missing = new TreeSet<>();
        for (String line : specified()) {
            String[] words = line.split(" ");
            HostInterface in = WasiP2.interfaces().stream()
                    .filter(one -> one.name().equals(words[0]))
                    .findFirst()
                    .orElse(null);
            boolean there = in != null
                    && (words[1].startsWith("resource:")
                            ? in.resources().containsKey(words[1].substring("resource:".length()))
                            : find(in, words[1]).isPresent()
                                    && find(in, words[1]).get().getParameterCount() == Integer.parseInt(words[2]));
            if (!there) {
                missing.add(line);
            }
        }
        assertThat(missing).isEmpty();
        assertThat(specified()).hasSizeGreaterThan(200);
    }

    @Test
    void everyInterfaceHasAnObjectAndPublicMethods() {
        try (WasiP2Services services =
                new WasiP2Services(WasiP2Config.of(WasiConfig.builder("test").build()))) {
            for (HostInterface in : WasiP2.interfaces()) {
                assertThat(in.version()).isEqualTo("0.2.12");
                assertThat((Object) services.service(in.functions())).isNotNull();
                assertThat(Modifier.isPublic(in.functions().getModifiers())).isTrue();
                in.resources()
                        .values()
                        .forEach(type -> assertThat(Modifier.isPublic(type.getModifiers()))
                                .as(type.getName())
                                .isTrue());
            }
        }
    }
}
