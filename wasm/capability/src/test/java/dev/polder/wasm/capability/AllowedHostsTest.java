package dev.polder.wasm.capability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.polder.kernel.model.Problem;
import dev.polder.wasm.capability.Variables.Declaration;
import dev.polder.wasm.wasi.p2.sockets.BlockedNetworks;
import dev.polder.wasm.wasi.p2.sockets.OutboundPolicy;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedHostsTest {

    private static OutboundPolicy hosts(String... patterns) {
        return AllowedHosts.of(List.of(patterns), Variables.NONE, List.of("cart", "shop"));
    }

    @ParameterizedTest
    @CsvSource({
        "https://example.com, https, example.com, 443, true",
        "https://example.com, https, example.com, -1, true",
        "https://example.com, https, EXAMPLE.com., 443, true",
        "https://example.com, http, example.com, 443, false",
        "https://example.com, https, example.com, 8443, false",
        "https://example.com, https, api.example.com, 443, false",
        "https://example.com, https, notexample.com, 443, false",
        "https://*.example.com, https, api.example.com, 443, true",
        "https://*.example.com, https, a.b.example.com, 443, true",
        "https://*.example.com, https, example.com, 443, false",
        "https://*.example.com, https, evilexample.com, 443, false",
        "*://*:*, gopher, anywhere, 70, true",
        "*://example.com:443, https, example.com, 443, true",
        "redis://cache:6379, redis, cache, 6379, true",
        "redis://cache, redis, cache, 6379, true",
        "postgres://db, postgres, db, 5432, true",
        "mysql://db, mysql, db, 3306, true",
        "mqtt://broker, mqtt, broker, 1883, true",
        "mqtts://broker, mqtts, broker, 8883, true",
        "http://example.com:8000..8010, http, example.com, 8000, true",
        "http://example.com:8000..8010, http, example.com, 8009, true",
        "http://example.com:8000..8010, http, example.com, 8010, false",
        "http://10.0.0.0/8:80, http, 10.1.2.3, 80, true",
        "http://10.0.0.0/8:80, http, 11.1.2.3, 80, false",
        "http://10.0.0.0/8:80, http, ten.example.com, 80, false",
        "http://127.0.0.1:3000, http, 127.0.0.1, 3000, true",
        "http://[::1]:3000, http, [::1], 3000, true",
        "http://[::1]:3000, http, 0:0:0:0:0:0:0:1, 3000, true",
        "http://*:80, http, 127.0.0.1, 80, true",
        "https://*.example.com, https, 10.0.0.1, 443, false",
        "http://self, http, self, 80, false",
        "http://cart.spin.internal, http, cart.spin.internal, 80, true",
        "http://*.spin.internal, http, shop.spin.internal, 80, true",
        "http://*.spin.internal, http, other.spin.internal, 80, false",
        "https://example.com/, https, example.com, 443, true",
    })
    void allows(String pattern, String scheme, String host, int port, boolean allowed) {
        assertThat(AllowedHosts.fault(pattern)).isNull();
        assertThat(hosts(pattern).find(scheme, host, port).isPresent()).isEqualTo(allowed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.com",
                "*",
                "",
                "://x",
                "http:/x",
                "http://",
                "http://a b",
                "http://exa*mple.com",
                "http://*.*.com",
                "http://x/path",
                "http://x:99999",
                "http://x:9..5",
                "http://x:a",
                "ftp://x",
                "h ttp://x",
                "http://10.0.0.0/99",
                "http://{{ open"
            })
    void refuses(String pattern) {
        assertThat(AllowedHosts.fault(pattern)).contains("(expected: ");
        assertThatThrownBy(() -> hosts(pattern)).isInstanceOf(Problem.class);
    }

    @Test
    void templatesAreResolvedAndMayBeEmpty() {
        Variables variables = Variables.resolve(
                Map.of(
                        "db",
                        new Declaration("db.example.com", false, false),
                        "none",
                        new Declaration("", false, false)),
                List.of());
        OutboundPolicy hosts = AllowedHosts.of(
                List.of("postgres://{{ db }}:5433", "{{ none }}", "http://{{ none }}"), variables, List.of());

        assertThat(hosts.find("postgres", "db.example.com", 5433).isPresent()).isTrue();
        assertThat(hosts.find("postgres", "db.example.com", 5432).isPresent()).isFalse();
        assertThat(hosts.find("http", "", 80).isPresent()).isFalse();
    }

    @Test
    void selfIsTheAppItself() {
        assertThat(hosts("http://self").allowsSelf("http")).isTrue();
        assertThat(hosts("http://self").allowsSelf("https")).isFalse();
        assertThat(hosts("http://example.com").allowsSelf("http")).isFalse();
        assertThat(hosts("*://*:*").allowsSelf("http")).isTrue();
        assertThat(OutboundPolicy.none().allowsSelf("http")).isFalse();
        assertThat(AllowedHosts.internalComponent("Cart.spin.internal")).isEqualTo("cart");
        assertThat(AllowedHosts.internalComponent(".spin.internal")).isNull();
        assertThat(AllowedHosts.internalComponent("example.com")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "169.254.169.254, true",
        "0.0.0.0, true",
        "::, true",
        "fe80::1, true",
        "::ffff:169.254.169.254, true",
        "::169.254.169.254, true",
        "64:ff9b::a9fe:a9fe, true",
        "224.0.0.1, true",
        "127.0.0.1, false",
        "::1, false",
        "10.0.0.1, false",
        "8.8.8.8, false"
    })
    void someNetworksAreAlwaysBlocked(String address, boolean blocked) {
        assertThat(BlockedNetworks.DEFAULT.blocks(InetAddress.ofLiteral(address)))
                .isEqualTo(blocked);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, true",
        "10.0.0.1, true",
        "192.168.1.1, true",
        "172.16.0.1, true",
        "100.64.0.1, true",
        "fd00::1, true",
        "::1, true",
        "::10.0.0.1, true",
        "8.8.8.8, false",
        "203.0.113.7, true",
        "2001:4860:4860::8888, false"
    })
    void privateNetworksOnDemand(String address, boolean blocked) {
        BlockedNetworks networks = BlockedNetworks.of(List.of("private", "203.0.113.0/24"));
        assertThat(networks.blocks(InetAddress.ofLiteral(address))).isEqualTo(blocked);
    }

    @FuzzTest(maxDuration = "20s")
    void everyTextIsAPatternOrAFault(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (AllowedHosts.fault(text) == null && !text.contains("{{")) {
            assertThat(hosts(text).find("nobody", "nowhere.example", 1).isPresent())
                    .isIn(true, false);
        }
    }
}
