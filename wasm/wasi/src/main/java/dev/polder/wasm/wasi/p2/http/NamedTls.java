package dev.polder.wasm.wasi.p2.http;

import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * TLS for one name, whatever address is connected to: the certificate is checked for the name, and sessions are resumed
 * by it. By the address alone, a session with one name would be resumed, unchecked, for another at the same address.
 */
final class NamedTls extends SSLContextSpi {

    private final SSLContext tls;
    private final String name;

    private NamedTls(SSLContext tls, String name) {
        this.tls = tls;
        this.name = name;
    }

    static SSLContext of(SSLContext tls, String name) {
        return new SSLContext(new NamedTls(tls, name), tls.getProvider(), tls.getProtocol()) {};
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
        return tls.createSSLEngine(name, -1);
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String address, int port) {
        return tls.createSSLEngine(name, port);
    }

    @Override
    protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random) {
        throw new UnsupportedOperationException("made of a context that is initialised");
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
        throw new UnsupportedOperationException("for engines only");
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
        throw new UnsupportedOperationException("for engines only");
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
        return tls.getServerSessionContext();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
        return tls.getClientSessionContext();
    }

    @Override
    protected SSLParameters engineGetDefaultSSLParameters() {
        return tls.getDefaultSSLParameters();
    }

    @Override
    protected SSLParameters engineGetSupportedSSLParameters() {
        return tls.getSupportedSSLParameters();
    }
}
