package dev.polder.wasm.wasi.p2.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polder.kernel.model.Digest;
import dev.polder.wasm.component.Component;
import dev.polder.wasm.component.ComponentInstance;
import dev.polder.wasm.engine.CompileListener;
import dev.polder.wasm.engine.EngineChoice;
import dev.polder.wasm.engine.Engines;
import dev.polder.wasm.engine.InstanceLimits;
import dev.polder.wasm.engine.WasmEngine;
import dev.polder.wasm.wasi.WasiConfig;
import dev.polder.wasm.wasi.p2.WasiP2;
import dev.polder.wasm.wasi.p2.WasiP2Config;
import dev.polder.wasm.wasi.p2.WasiP2Services;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A component sends early hints ahead of its response. */
class InformationalIT {

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void goesAheadOfTheResponse(EngineChoice choice, @TempDir Path cache) throws Exception {
        List<String> came = new ArrayList<>();
        Collected client = new Collected(Long.MAX_VALUE) {
            @Override
            public void informational(int status, List<HttpField> headers) {
                HttpField field = headers.getFirst();
                came.add(status + " " + field.name() + ": " + new String(field.value(), StandardCharsets.UTF_8));
            }

            @Override
            public void respond(int code, List<HttpField> fields, HttpBody sent) {
                came.add(code + "");
                super.respond(code, fields, sent);
            }
        };
        RequestHead head =
                new RequestHead("GET", Optional.of("http"), Optional.of("a.example"), Optional.of("/"), List.of());
        WasiP2Config config = WasiP2Config.of(WasiConfig.builder("service").build());
        try (InputStream in = WasiP2.class.getResourceAsStream("informational.wasm");
                WasmEngine engine = Engines.open(choice, cache).engine()) {
            byte[] bytes = in.readAllBytes();
            var linked = Component.compile(engine, bytes, Digest.of(bytes), CompileListener.NONE)
                    .link(WasiP2.interfaces());
            try (WasiP2Services services = new WasiP2Services(config);
                    ComponentInstance instance = linked.instantiate(InstanceLimits.DEFAULT, services)) {
                services.exchange(head, HttpBody.empty(), client).handle(instance.bind(IncomingHandler.class));
            }
        }
        assertThat(came).containsExactly("103 link: </style.css>", "200");
    }
}
