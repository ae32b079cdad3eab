package dev.polder.wasm.wasi.p2.sockets;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * TLS for one name, whatever address is connected to, and whatever a client library asks for: the certificate is checked
 * for the name, and sessions are resumed by it. By the address alone, a session with one name would be resumed, unchecked,
 * for another at the same address.
 */
public final class NamedTls extends SSLContextSpi {

    private final SSLContext tls;
    private final String name;

    private NamedTls(SSLContext tls, String name) {
        this.tls = tls;
        this.name = name;
    }

    /**
     * A context that makes engines, and secures sockets that are connected.
     *
     * @param tls initialised, whose authorities are trusted
     */
    public static SSLContext of(SSLContext tls, String name) {
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
        return new Sockets();
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
        throw new UnsupportedOperationException("for clients only");
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

    private final class Sockets extends SSLSocketFactory {

        @Override
        public Socket createSocket(Socket connected, String host, int port, boolean autoClose) throws IOException {
            SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(connected, name, port, autoClose);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            return socket;
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return tls.getSocketFactory().getDefaultCipherSuites();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return tls.getSocketFactory().getSupportedCipherSuites();
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            throw connectedOnly();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
            throw connectedOnly();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            throw connectedOnly();
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
            throw connectedOnly();
        }

        private SocketException connectedOnly() {
            return new SocketException("TLS for " + name + " (expected: a socket that is connected)");
        }
    }
}
