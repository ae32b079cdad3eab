package dev.polder.wasm.wasi.p2.sockets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundPolicyTest {

    @ParameterizedTest
    @CsvSource({
        "1.1.1.1, PUBLIC",
        "127.0.0.1, LOOPBACK",
        "127.255.0.9, LOOPBACK",
        "10.1.2.3, PRIVATE",
        "172.16.0.1, PRIVATE",
        "172.32.0.1, PUBLIC",
        "192.168.1.1, PRIVATE",
        "100.64.0.1, PRIVATE",
        "169.254.169.254, LINK_LOCAL",
        "0.0.0.0, OTHER",
        "224.0.0.1, OTHER",
        "255.255.255.255, OTHER",
        "192.0.2.1, OTHER",
        "198.18.0.1, OTHER",
        "203.0.113.9, OTHER",
        "240.0.0.1, OTHER",
        "::1, LOOPBACK",
        "::, OTHER",
        "fe80::1, LINK_LOCAL",
        "fd00::1, PRIVATE",
        "fc00::1, PRIVATE",
        "ff02::1, OTHER",
        "2606:4700::1, PUBLIC",
        "2001:db8::1, OTHER",
        "::ffff:127.0.0.1, LOOPBACK",
        "::ffff:169.254.169.254, LINK_LOCAL",
        "64:ff9b::7f00:1, LOOPBACK",
        "64:ff9b::a00:1, PRIVATE",
        "2002:7f00:1::, LOOPBACK",
        "2002:a00:1::1, PRIVATE",
        "::127.0.0.1, LOOPBACK",
        "2001:0::1, OTHER"
    })
    void addressesAreWhatTheyLeadTo(String address, AddressKind kind) {
        assertThat(AddressKind.of(InetAddress.ofLiteral(address))).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource({
        "https://api.example.com, https, api.example.com, 443, true",
        "https://api.example.com, https, API.Example.COM., 443, true",
        "https://api.example.com, http, api.example.com, 443, false",
        "https://api.example.com, https, api.example.com, 8443, false",
        "https://api.example.com:*, https, api.example.com, 8443, true",
        "https://api.example.com:8000..9000, https, api.example.com, 8443, true",
        "https://*.example.com, https, a.b.example.com, 443, true",
        "https://*.example.com, https, example.com, 443, false",
        "https://*.example.com, https, badexample.com, 443, false",
        "*://*:*, tcp, anything, 1, true",
        "tcp://10.0.0.0/8:5432, tcp, 10.9.8.7, 5432, true",
        "tcp://10.0.0.0/8:5432, tcp, 11.9.8.7, 5432, false",
        "tcp://[fd00::]/8, tcp, fd12::1, 99, true",
        "http://[::1]:80, http, 0:0:0:0:0:0:0:1, 80, true",
    })
    void patterns(String pattern, String scheme, String host, int port, boolean expected) {
        assertThat(OutboundPolicy.of(List.of(pattern)).find(scheme, host, port).isPresent())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "example.com",
                "https://",
                "https://a b",
                "https://a:99999",
                "https://a:9..1",
                "tcp://10.0.0.0/33",
                "https://a.example.com/path",
                "tcp://name/8"
            })
    void refusesWhatIsNoPattern(String pattern) {
        assertThatThrownBy(() -> HostPattern.parse(pattern))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("expected: scheme://host[:port]");
    }

    private static boolean permits(OutboundPolicy policy, String host, String address) {
        HostPattern pattern = policy.find("http", host, 80).orElseThrow();
        return policy.permits(pattern, InetAddress.ofLiteral(address));
    }

    @Test
    void aNameDoesNotLeadInside() {
        OutboundPolicy policy = OutboundPolicy.of(List.of("http://*"));
        assertThat(permits(policy, "a.example", "1.1.1.1")).isTrue();
        for (String inside : List.of("127.0.0.1", "10.0.0.1", "169.254.169.254", "::ffff:10.0.0.1", "0.0.0.0")) {
            assertThat(permits(policy, "a.example", inside)).as(inside).isFalse();
        }
        OutboundPolicy granted = policy.withAddresses(Set.of(AddressKind.PRIVATE));
        assertThat(permits(granted, "a.example", "10.0.0.1")).isTrue();
        assertThat(permits(granted, "a.example", "127.0.0.1")).isFalse();
    }

    @Test
    void anAddressThatIsNamedIsGranted() {
        assertThat(permits(OutboundPolicy.of(List.of("http://127.0.0.1:*")), "127.0.0.1", "127.0.0.1"))
                .isTrue();
        assertThat(permits(OutboundPolicy.of(List.of("http://localhost")), "localhost", "127.0.0.1"))
                .isTrue();
        assertThat(permits(OutboundPolicy.of(List.of("http://localhost")), "localhost", "10.0.0.1"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, , 10.1.2.3, true",
        "10.0.0.0/8, , 64:ff9b::a01:203, true",
        "10.0.0.0/8, , 192.168.0.1, false",
        "10.0.0.0/8, 10.1.0.0/16, 10.1.2.3, false",
        "private, , 192.168.0.1, true",
        "private, , fd00::1, true",
        "private, , 127.0.0.1, false",
        "loopback, , 127.0.0.1, true",
        ", private, 1.1.1.1, true",
        ", 1.1.1.0/24, 1.1.1.1, false",
        "169.254.0.0/16, , 169.254.7.7, true",
        "0.0.0.0/0, , 169.254.7.7, false",
        "0.0.0.0/0, , 0.0.0.0, false",
        "::/0, , ff02::1, false",
        "fe80::/2, , ff02::1, false",
        "169.254.7.7, 169.254.0.0/16, 169.254.7.7, false",
    })
    void theOperatorOpensAndBlocksNetworks(
            @Nullable String opened, @Nullable String blocked, String address, boolean expected) {
        assertThat(permits(under(opened, blocked), "a.example", address)).isEqualTo(expected);
    }

    /** Where clouds hand out their machines' credentials; some of these addresses are public or private ones. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "168.63.129.16",
                "100.100.100.200",
                "fd00:ec2::254",
                "fd20:ce::254",
                "fd00:c1::a9fe:a9fe"
            })
    void aMetadataServiceIsReachedWhenTheOperatorNamesItsAddressAndOnlyThen(String address) {
        assertThat(permits(under("", ""), "a.example", address)).isFalse();
        String network = address.contains(":") ? "fd00::/8" : "169.254.0.0/16";
        assertThat(permits(under(network, ""), "a.example", address)).isFalse();
        assertThat(permits(under("private", ""), "a.example", address)).isFalse();
        String host = address.contains(":") ? "[" + address + "]" : address;
        assertThat(permits(OutboundPolicy.of(List.of("http://" + host)), host, address))
                .as("by the manifest alone")
                .isFalse();
        assertThat(permits(under(address, ""), "a.example", address)).isTrue();
        assertThat(permits(under(address, address), "a.example", address)).isFalse();
    }

    private static OutboundPolicy under(@Nullable String opened, @Nullable String blocked) {
        return OutboundPolicy.of(List.of("http://*")).under(NetworkRules.of(list(opened), list(blocked)));
    }

    private static List<String> list(@Nullable String entry) {
        return entry == null || entry.isEmpty() ? List.of() : List.of(entry);
    }
}
