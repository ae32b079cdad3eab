package dev.polder.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.app.config.PolderConfig.Wasm.Store;
import dev.polder.app.config.PolderConfig.Wasm.Store.Backend;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.capability.Authorities;
import dev.polder.wasm.capability.StoreLocation;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WasmStoresTest {

    private static Store store(String name, Backend kind, @Nullable String address, @Nullable String bucket) {
        return new Store(name, kind, address, "ada", null, bucket, null, null, false);
    }

    @Test
    void everyKindHasItsPlace() {
        Map<String, StoreLocation> places = WasmStores.of(
                List.of(
                        store("default", Backend.REDIS, "redis://cache:6379/2", null),
                        store("jobs", Backend.NATS, "tls://nats:4222", null),
                        store("photos", Backend.S3, null, "acme-photos"),
                        store("here", Backend.EMBEDDED, null, null)),
                Authorities.JAVA);

        assertThat(places.get("default")).isInstanceOf(StoreLocation.Redis.class);
        assertThat(places.get("jobs"))
                .isInstanceOfSatisfying(
                        StoreLocation.Nats.class,
                        nats -> assertThat(nats.bucket()).isEqualTo("polder"));
        assertThat(places.get("photos")).hasToString("S3 bucket acme-photos in us-east-1");
        assertThat(places.get("here")).isEqualTo(new StoreLocation.Embedded());
    }

    @ParameterizedTest
    @CsvSource({
        "REDIS, http://cache, , expected: redis://",
        "REDIS, , , address",
        "REDIS, redis://ada:hunter2@cache, , expected: user and passwordFile",
        "NATS, redis://x, , expected: nats://host:port",
        "NATS, nats://x, a.b, expected: 1 to 64 letters",
        "S3, ftp://x, acme, expected: https://host",
        "S3, https://s3.example.com, , expected: 3 to 63",
    })
    void whatIsWrongIsSaidWithTheName(Backend kind, @Nullable String address, @Nullable String bucket, String said) {
        assertThatThrownBy(() -> WasmStores.of(List.of(store("mine", kind, address, bucket)), Authorities.JAVA))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("wasm.stores \"mine\": ")
                .hasMessageContaining(said)
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void aNameStandsOnce() {
        Store here = store("here", Backend.EMBEDDED, null, null);
        assertThatThrownBy(() -> WasmStores.of(List.of(here, here), Authorities.JAVA))
                .hasMessageContaining("twice");
    }
}
