"""wasmtime serve as a mesh would have it: an Envoy as the gateway, one as the sidecar, mutual TLS between them."""
import json
import subprocess
import tempfile
from pathlib import Path

CONNECTIONS = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
ROUTER = "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"
TLS = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3."


def certificates(folder):
    """A CA, and what gateway and sidecar present: ECDSA P-256, as in Polder."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"]
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=bench")
    for name in ("gateway", "sidecar"):
        openssl("req", "-x509", *key, "-CA", "ca.pem", "-CAkey", "ca.key", "-keyout", f"{name}.key", "-out", f"{name}.pem",
                "-subj", f"/CN={name}", "-addext", f"subjectAltName=URI:spiffe://cluster.local/ns/default/sa/{name}",
                "-addext", "basicConstraints=critical,CA:false")


def tls(folder, name, other, context):
    """A transport socket that presents a certificate and takes that of one identity only."""
    identity = {"exact": f"spiffe://cluster.local/ns/default/sa/{other}"}
    settings = {
        "tls_params": {"tls_minimum_protocol_version": "TLSv1_3", "tls_maximum_protocol_version": "TLSv1_3"},
        "tls_certificates": [{"certificate_chain": {"filename": f"{folder}/{name}.pem"},
                              "private_key": {"filename": f"{folder}/{name}.key"}}],
        "validation_context": {"trusted_ca": {"filename": f"{folder}/ca.pem"},
                               "match_typed_subject_alt_names": [{"san_type": "URI", "matcher": identity}]}}
    both = {"@type": TLS + context, "common_tls_context": settings}
    if context == "DownstreamTlsContext":
        both["require_client_certificate"] = True
    return {"name": "tls", "typed_config": both}


def address(port):
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}


def listener(name, port, cluster, socket=None):
    chain = {"filters": [{"name": "http", "typed_config": {
        "@type": CONNECTIONS, "stat_prefix": name,
        "route_config": {"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [
            {"match": {"prefix": "/"}, "route": {"cluster": cluster, "timeout": "120s"}}]}]},
        "http_filters": [{"name": "router", "typed_config": {"@type": ROUTER}}]}}]}
    return {"name": name, "address": address(port),
            "filter_chains": [{**chain, "transport_socket": socket} if socket else chain]}


def cluster(name, port, socket=None):
    made = {"name": name, "type": "STATIC", "load_assignment": {"cluster_name": name, "endpoints": [
        {"lb_endpoints": [{"endpoint": {"address": address(port)}}]}]}}
    return {**made, "transport_socket": socket} if socket else made


class Proxies:
    """Both of them in one process with one worker, which is less than a mesh pays."""

    def __init__(self, envoy, core, service, gateway):
        """@param service: port of what is served; @param gateway: where requests come in, and the sidecar on the next"""
        self.folder = tempfile.TemporaryDirectory()
        folder = self.folder.name
        certificates(folder)
        config = {"static_resources": {
            "listeners": [
                listener("gateway", gateway, "sidecar"),
                listener("sidecar", gateway + 1, "service", tls(folder, "sidecar", "gateway", "DownstreamTlsContext"))],
            "clusters": [
                cluster("sidecar", gateway + 1, tls(folder, "gateway", "sidecar", "UpstreamTlsContext")),
                cluster("service", service)]}}
        path = Path(folder, "envoy.json")
        path.write_text(json.dumps(config))
        self.process = subprocess.Popen(
            ["taskset", "-c", core, envoy, "--concurrency", "1", "-c", str(path), "-l", "error", "--disable-hot-restart"])

    def send_signal(self, number):
        self.process.send_signal(number)

    def close(self):
        self.process.terminate()
        self.process.wait(20)
        self.folder.cleanup()
