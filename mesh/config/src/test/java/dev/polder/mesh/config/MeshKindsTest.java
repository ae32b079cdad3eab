package dev.polder.mesh.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polder.kernel.model.Problem;
import dev.polder.kernel.model.Resource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeshKindsTest {

    private static Resource of(String apiVersion, String kind, String fields) {
        return Yaml.resource(
                "apiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: x, namespace: n}\n" + fields);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTPRoute | {parentRefs: [{name: g}], rules: [{matches: [{path: {value: a}}]}]} |"
                        + " spec.rules[0].matches[0].path.value: \"a\" (expected: an absolute path that starts with /)",
                "HTTPRoute | {rules: [{matches: [{path: {type: RegularExpression, value: '('}}]}]} |"
                        + " spec.rules[0].matches[0].path.value: \"(\" (expected: a regular expression in RE2 syntax",
                "HTTPRoute | {hostnames: [Upper.example.com]} | spec.hostnames[0]: \"Upper.example.com\"",
                "HTTPRoute | {hostnames: [127.0.0.1]} | spec.hostnames[0]: \"127.0.0.1\"",
                "HTTPRoute | {rules: [{backendRefs: [{name: s}]}]} | spec.rules[0].backendRefs[0].port: missing",
                "HTTPRoute | {rules: [{backendRefs: [{name: s, port: 80, weight: -1}]}]} |"
                        + " spec.rules[0].backendRefs[0].weight: -1 (expected: a whole number from 0 to 1000000)",
                "HTTPRoute | {rules: [{timeouts: {request: 1 s}}]} | spec.rules[0].timeouts.request: \"1 s\"",
                "HTTPRoute | {rules: [{timeouts: {request: 1s, backendRequest: 2s}}]} |"
                        + " spec.rules[0].timeouts.backendRequest",
                "HTTPRoute | {rules: [{filters: [{type: Tpyo}]}]} | spec.rules[0].filters[0].type: \"Tpyo\"",
                "HTTPRoute | {rules: [{matchs: []}]} | spec.rules[0].matchs: unknown field",
                "HTTPRoute | {rules: x} | spec.rules: STRING (expected: a list)",
                "Gateway | {gatewayClassName: polder} | spec.listeners: missing (expected: at least one listener)",
                "Gateway | {gatewayClassName: polder, listeners: [{name: a, port: 0, protocol: HTTP}]} |"
                        + " spec.listeners[0].port: 0 (expected: a whole number from 1 to 65535)",
                "Gateway | {gatewayClassName: polder, listeners: [{name: a, port: 1, protocol: HTTPS}]} |"
                        + " spec.listeners[0].tls: missing"
            })
    void gatewayApiMistakesNameTheField(String kind, String spec, String message) {
        assertThatThrownBy(() -> MeshKinds.validate(of("gateway.networking.k8s.io/v1", kind, "spec: " + spec)))
                .isInstanceOf(Problem.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "security.istio.io/v1 | AuthorizationPolicy | {action: CUSTOM} |"
                        + " spec.action: \"CUSTOM\" (expected: ALLOW or DENY)",
                "security.istio.io/v1 | AuthorizationPolicy | {rules: [{from: [{source: {principals: []}}]}]} |"
                        + " spec.rules[0].from[0].source.principals: an empty list",
                "security.istio.io/v1 | AuthorizationPolicy | {rules: [{from: [{source: {ipBlocks: [10.0.0.0/33]}}]}]} |"
                        + " spec.rules[0].from[0].source.ipBlocks[0]",
                "security.istio.io/v1 | AuthorizationPolicy | {rules: [{to: [{operation: {ports: ['0']}}]}]} |"
                        + " spec.rules[0].to[0].operation.ports[0]: \"0\" (expected: a port from 1 to 65535)",
                "security.istio.io/v1 | PeerAuthentication | {mtls: {mode: MAYBE}} | spec.mtls.mode: \"MAYBE\"",
                "networking.istio.io/v1 | WorkloadEntry | {address: shop.example.com} |"
                        + " spec.address: \"shop.example.com\" (expected: an IP address)",
                "networking.istio.io/v1 | ServiceEntry | {hosts: [a.b], resolution: DNS} | spec.resolution: \"DNS\"",
                "v1 | Service | {ports: [{port: 80, targetPort: 70000}]} |"
                        + " spec.ports[0].targetPort: \"70000\" (expected: a port from 1 to 65535)",
                "gateway.networking.k8s.io/v1 | ReferenceGrant | {from: []} | spec.from: missing",
                "security.istio.io/v9 | PeerAuthentication | {} | apiVersion: \"security.istio.io/v9\""
            })
    void otherMistakesNameTheField(String apiVersion, String kind, String spec, String message) {
        assertThatThrownBy(() -> MeshKinds.validate(of(apiVersion, kind, "spec: " + spec)))
                .isInstanceOf(Problem.class)
                .hasMessageContaining(message);
    }

    @Test
    void everyMistakeIsToldAtOnce() {
        assertThatThrownBy(() -> MeshKinds.validate(of(
                        "networking.istio.io/v1",
                        "WorkloadEntry",
                        "spec: {address: x, ports: {http: 0}, weight: many}")))
                .hasMessageContaining("spec.address")
                .hasMessageContaining("spec.ports.http")
                .hasMessageContaining("spec.weight");
    }

    @Test
    void otherKindsPassUnread() {
        Resource component = of("backstage.io/v1alpha1", "Component", "spec: 7");
        MeshKinds.validate(component);
        assertThat(MeshKinds.isMesh(component)).isFalse();
    }
}
