package io.github.livededup.examples.nbdserver;

import io.github.livededup.examples.nbdserver.protocol.ChunkType;
import io.github.livededup.examples.nbdserver.protocol.Command;
import io.github.livededup.examples.nbdserver.protocol.HandshakeFlags;
import io.github.livededup.examples.nbdserver.protocol.Magic;
import io.github.livededup.examples.nbdserver.protocol.OptionCode;
import io.github.livededup.examples.nbdserver.protocol.OptionReplyCode;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A client that says what a test wants it to say, right or wrong. Used by one thread. */
final class NbdClient implements Closeable {
    private static final int TIMEOUT_MILLIS = 60_000;

    private final Closeable connection;
    private Socket socket;
    DataInputStream in;
    DataOutputStream out;
    boolean structured;
    private long lastCookie = 1000;

    /** The reply to an option. */
    record OptionReply(int option, int code, byte[] data) {
        boolean isError() {
            return code < 0;
        }

        String text() {
            return new String(data, StandardCharsets.UTF_8);
        }

        /** The text behind some bytes. */
        String textFrom(int offset) {
            return new String(data, offset, data.length - offset, StandardCharsets.UTF_8);
        }
    }

    /** The whole reply to a request: an error (0 for success), what was read, how many chunks and hole bytes it took. */
    record Answer(int error, byte[] data, int contentChunks, long holeBytes, String message, List<int[]> extents) {}

    /** What GO has told. */
    record Gone(long sizeBytes, int flags) {
        boolean has(int flag) {
            return (flags & flag) != 0;
        }
    }

    static NbdClient connect(SocketAddress address) throws IOException {
        if (address instanceof InetSocketAddress) {
            Socket socket = new Socket();
            socket.connect(address, TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.setTcpNoDelay(true);
            NbdClient client = new NbdClient(socket, socket.getInputStream(), socket.getOutputStream());
            client.socket = socket;
            return client;
        }
        SocketChannel channel = SocketChannel.open(address);
        return new NbdClient(channel, input(channel), output(channel));
    }

    private NbdClient(Closeable connection, InputStream in, OutputStream out) {
        this.connection = connection;
        this.in = new DataInputStream(new BufferedInputStream(in, 1 << 16));
        this.out = new DataOutputStream(new BufferedOutputStream(out, 1 << 16));
    }

    private static InputStream input(SocketChannel channel) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return channel.read(ByteBuffer.wrap(into, offset, length));
            }
        };
    }

    private static OutputStream output(SocketChannel channel) {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] from, int offset, int length) throws IOException {
                ByteBuffer bytes = ByteBuffer.wrap(from, offset, length);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
        };
    }

    // ---- handshake

    /** Reads the greeting, and says what flags it knows; returns the server's. */
    int greet(int clientFlags) throws IOException {
        if (in.readLong() != Magic.GREETING || in.readLong() != Magic.OPTION) {
            throw new IOException("no greeting");
        }
        int flags = in.readUnsignedShort();
        out.writeInt(clientFlags);
        out.flush();
        return flags;
    }

    NbdClient greet() throws IOException {
        greet(HandshakeFlags.ALL);
        return this;
    }

    void sendOption(int option, byte[] data) throws IOException {
        out.writeLong(Magic.OPTION);
        out.writeInt(option);
        out.writeInt(data.length);
        out.write(data);
        out.flush();
    }

    OptionReply readOptionReply() throws IOException {
        long magic = in.readLong();
        if (magic != Magic.OPTION_REPLY) {
            throw new IOException("magic of an option's reply: " + Long.toHexString(magic));
        }
        int option = in.readInt();
        int code = in.readInt();
        byte[] data = new byte[in.readInt()];
        in.readFully(data);
        return new OptionReply(option, code, data);
    }

    /** Sends an option; returns all replies to it, the final one last. */
    List<OptionReply> option(int option, byte[] data) throws IOException {
        sendOption(option, data);
        List<OptionReply> replies = new ArrayList<>();
        do {
            replies.add(readOptionReply());
        } while (last(replies).code() != OptionReplyCode.ACK && !last(replies).isError());
        return replies;
    }

    /** Sends an option that has one reply; returns its code. */
    int optionCode(int option, byte[] data) throws IOException {
        return last(option(option, data)).code();
    }

    static OptionReply last(List<OptionReply> replies) {
        return replies.get(replies.size() - 1);
    }

    void negotiateStructured() throws IOException {
        if (optionCode(OptionCode.STRUCTURED_REPLY, new byte[0]) != OptionReplyCode.ACK) {
            throw new IOException("no structured replies");
        }
        structured = true;
    }

    boolean selectBaseAllocation(String export) throws IOException {
        return option(OptionCode.SET_META_CONTEXT, metaData(export, "base:allocation"))
                        .size()
                == 2;
    }

    static byte[] metaData(String export, String... queries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        putString(bytes, export);
        putInt(bytes, queries.length);
        for (String query : queries) {
            putString(bytes, query);
        }
        return bytes.toByteArray();
    }

    static byte[] infoData(String export, int... infos) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        putString(bytes, export);
        bytes.writeBytes(ByteBuffer.allocate(2).putShort((short) infos.length).array());
        for (int info : infos) {
            bytes.writeBytes(ByteBuffer.allocate(2).putShort((short) info).array());
        }
        return bytes.toByteArray();
    }

    private static void putInt(ByteArrayOutputStream bytes, int value) {
        bytes.writeBytes(ByteBuffer.allocate(4).putInt(value).array());
    }

    private static void putString(ByteArrayOutputStream bytes, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        putInt(bytes, utf8.length);
        bytes.writeBytes(utf8);
    }

    Gone go(String export) throws IOException {
        List<OptionReply> replies = option(OptionCode.GO, infoData(export));
        if (last(replies).isError()) {
            throw new IOException(
                    "GO " + export + ": " + Integer.toHexString(last(replies).code()) + " "
                            + last(replies).text());
        }
        ByteBuffer data = ByteBuffer.wrap(replies.get(0).data());
        data.getShort();
        return new Gone(data.getLong(), Short.toUnsignedInt(data.getShort()));
    }

    /** Everything up to the transmission, as most clients do it. */
    Gone open(String export) throws IOException {
        greet();
        negotiateStructured();
        selectBaseAllocation(export);
        return go(export);
    }

    void startTls(SSLContext context) throws IOException {
        if (optionCode(OptionCode.STARTTLS, new byte[0]) != OptionReplyCode.ACK) {
            throw new IOException("no TLS");
        }
        SSLSocket secure =
                (SSLSocket) context.getSocketFactory().createSocket(socket, "localhost", socket.getPort(), true);
        secure.startHandshake();
        in = new DataInputStream(new BufferedInputStream(secure.getInputStream()));
        out = new DataOutputStream(new BufferedOutputStream(secure.getOutputStream()));
    }

    // ---- transmission

    /** Sends a request without waiting; returns its cookie. */
    long send(int type, int flags, long offset, int lengthBytes, byte[] payload) throws IOException {
        long cookie = ++lastCookie;
        out.writeInt(Magic.REQUEST);
        out.writeShort(flags);
        out.writeShort(type);
        out.writeLong(cookie);
        out.writeLong(offset);
        out.writeInt(lengthBytes);
        out.write(payload);
        out.flush();
        return cookie;
    }

    Answer request(Command command, int flags, long offset, int lengthBytes) throws IOException {
        long cookie = send(command.code(), flags, offset, lengthBytes, new byte[0]);
        return readAnswer(cookie, offset, command == Command.READ ? lengthBytes : 0);
    }

    Answer read(long offset, int lengthBytes) throws IOException {
        return request(Command.READ, 0, offset, lengthBytes);
    }

    Answer write(long offset, byte[] data) throws IOException {
        return write(offset, data, 0);
    }

    Answer write(long offset, byte[] data, int flags) throws IOException {
        return readAnswer(send(Command.WRITE.code(), flags, offset, data.length, data), offset, 0);
    }

    Answer flush() throws IOException {
        return request(Command.FLUSH, 0, 0, 0);
    }

    void disconnect() throws IOException {
        send(Command.DISCONNECT.code(), 0, 0, 0, new byte[0]);
    }

    /** Reads the reply to the only request that is in flight. */
    Answer readAnswer(long cookie, long offset, int lengthBytes) throws IOException {
        byte[] data = new byte[lengthBytes];
        int chunks = 0;
        int covered = 0;
        long holeBytes = 0;
        int error = 0;
        String message = "";
        List<int[]> extents = new ArrayList<>();
        while (true) {
            int magic = in.readInt();
            if (magic == Magic.SIMPLE_REPLY) {
                error = in.readInt();
                requireCookie(cookie);
                if (lengthBytes > 0 && error == 0) {
                    if (structured) {
                        throw new IOException("a simple reply to READ");
                    }
                    in.readFully(data);
                }
                return new Answer(error, data, 1, 0, "", extents);
            }
            if (magic != Magic.STRUCTURED_REPLY || !structured) {
                throw new IOException("magic of a reply: " + Integer.toHexString(magic));
            }
            boolean done = (in.readUnsignedShort() & ChunkType.FLAG_DONE) != 0;
            int type = in.readUnsignedShort();
            requireCookie(cookie);
            byte[] payload = new byte[in.readInt()];
            in.readFully(payload);
            ByteBuffer chunk = ByteBuffer.wrap(payload);
            switch (type) {
                case ChunkType.NONE -> {}
                case ChunkType.OFFSET_DATA -> {
                    int at = (int) (chunk.getLong() - offset);
                    chunks++;
                    covered += chunk.remaining();
                    chunk.get(data, at, chunk.remaining());
                }
                case ChunkType.OFFSET_HOLE -> {
                    chunk.getLong();
                    int hole = chunk.getInt();
                    chunks++;
                    covered += hole;
                    holeBytes += hole;
                }
                case ChunkType.BLOCK_STATUS -> {
                    chunk.getInt();
                    while (chunk.hasRemaining()) {
                        extents.add(new int[] {chunk.getInt(), chunk.getInt()});
                    }
                }
                case ChunkType.ERROR -> {
                    error = chunk.getInt();
                    byte[] text = new byte[chunk.getShort()];
                    chunk.get(text);
                    message = new String(text, StandardCharsets.UTF_8);
                }
                default -> throw new IOException("type of a chunk: " + type);
            }
            if (done) {
                if (error == 0 && covered != lengthBytes) {
                    throw new IOException("covered by chunks: actual=" + covered + " expected=" + lengthBytes);
                }
                return new Answer(error, data, chunks, holeBytes, message, extents);
            }
        }
    }

    private void requireCookie(long cookie) throws IOException {
        long actual = in.readLong();
        if (actual != cookie) {
            throw new IOException("cookie: actual=" + actual + " expected=" + cookie);
        }
    }

    /** Sends nothing more; the server finds the end, and what it has to say still comes. TCP only. */
    void hangUp() throws IOException {
        socket.shutdownOutput();
    }

    /** Whether the server has closed the connection; waits until it has, or says something. */
    boolean isClosedByServer() {
        try {
            return in.read() < 0;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true; // reset
        }
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
