package org.jdmsetup.engine.expose.nbd;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jdmsetup.engine.block.BlockDevice;
import org.jdmsetup.engine.block.Limits;
import org.jdmsetup.engine.expose.Exports;
import org.jdmsetup.engine.nativeio.IoBuffer;
import org.jdmsetup.engine.nativeio.UnixSocket;
import org.jdmsetup.tables.Sectors;

/** The negotiation at the beginning of a connection: the client finds and chooses an export. */
final class NbdHandshake {

  private static final int OPTION_HEADER = 16;

  /** Longer options are refused; the longest sensible one names an export (4096 bytes at most). */
  private static final int MAX_OPTION = 8 << 10;

  /** Beyond this the client is talking something else. */
  private static final int MAX_SKIPPED = 1 << 20;

  private final NbdInput in;
  private final UnixSocket socket;
  private final Exports exports;
  private final ByteBuffer out;
  private final long outAddress;
  private boolean zeroes = true;
  private boolean structured;

  /** The export whose allocation the client wants to ask for; null: none. */
  private String allocationOf;

  private boolean allocation;

  /**
   * @param memory for what is sent, at least {@link NbdConnection#STREAM_BUFFER} bytes
   */
  NbdHandshake(NbdInput in, UnixSocket socket, IoBuffer memory, Exports exports) {
    this.in = in;
    this.socket = socket;
    this.exports = exports;
    out =
        memory
            .bytes()
            .slice(IoBuffer.HEADROOM, NbdConnection.STREAM_BUFFER)
            .order(ByteOrder.BIG_ENDIAN);
    outAddress = memory.data();
  }

  /** Whether reads are answered in chunks. */
  boolean structured() {
    return structured;
  }

  /** Whether the client may ask what is allocated in the export that it chose. */
  boolean allocation() {
    return allocation;
  }

  /**
   * Negotiates.
   *
   * @return the export that the client chose, open; null when it only asked and then aborted
   */
  Exports.Export run() throws IOException {
    out.putLong(NbdProtocol.MAGIC).putLong(NbdProtocol.OPTION_MAGIC);
    out.putShort((short) (NbdProtocol.FIXED_NEWSTYLE | NbdProtocol.NO_ZEROES));
    send();
    int flags = in.need(4).getInt();
    if ((flags & ~(NbdProtocol.FIXED_NEWSTYLE | NbdProtocol.NO_ZEROES)) != 0) {
      throw new ProtocolException(String.format("client flags %#x, expected 0 to 3", flags));
    }
    zeroes = (flags & NbdProtocol.NO_ZEROES) == 0;
    while (true) {
      ByteBuffer b = in.need(OPTION_HEADER);
      long magic = b.getLong();
      int option = b.getInt();
      long length = b.getInt() & 0xffffffffL;
      if (magic != NbdProtocol.OPTION_MAGIC) {
        throw new ProtocolException(String.format("option magic %#x", magic));
      }
      if (length > MAX_OPTION) {
        if (length > MAX_SKIPPED || option == NbdProtocol.OPT_EXPORT_NAME) {
          throw new ProtocolException("option " + option + " of " + length + " bytes");
        }
        in.skip(length);
        reply(option, NbdProtocol.REP_ERR_TOO_BIG);
        continue;
      }
      byte[] data = new byte[(int) length];
      in.need(data.length).get(data);
      switch (option) {
        case NbdProtocol.OPT_EXPORT_NAME -> {
          return exportName(text(data, 0, data.length));
        }
        case NbdProtocol.OPT_ABORT -> {
          reply(option, NbdProtocol.REP_ACK);
          return null;
        }
        case NbdProtocol.OPT_LIST -> list(data);
        case NbdProtocol.OPT_STRUCTURED_REPLY -> {
          structured |= data.length == 0;
          reply(option, data.length == 0 ? NbdProtocol.REP_ACK : NbdProtocol.REP_ERR_INVALID);
        }
        case NbdProtocol.OPT_LIST_META_CONTEXT, NbdProtocol.OPT_SET_META_CONTEXT ->
            metaContext(option, ByteBuffer.wrap(data));
        case NbdProtocol.OPT_INFO, NbdProtocol.OPT_GO -> {
          Exports.Export export = go(option, ByteBuffer.wrap(data));
          if (export != null) {
            return export;
          }
        }
        default -> reply(option, NbdProtocol.REP_ERR_UNSUP);
      }
    }
  }

  private Exports.Export exportName(String name) throws IOException {
    Exports.Export export = open(name);
    allocation = name.equals(allocationOf);
    if (export == null) {
      // this option has no reply for failure
      throw new ProtocolException("no export \"" + name.replaceAll("\\p{Cntrl}", "?") + "\"");
    }
    return sending(
        export,
        () -> {
          out.putLong(Sectors.toBytes(export.device().sizeSectors()));
          out.putShort((short) flags(export.device()));
          if (zeroes) {
            out.put(new byte[124]);
          }
          send();
        });
  }

  private void list(byte[] data) throws IOException {
    if (data.length != 0) {
      reply(NbdProtocol.OPT_LIST, NbdProtocol.REP_ERR_INVALID);
      return;
    }
    for (String name : exports.names()) {
      byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
      header(NbdProtocol.OPT_LIST, NbdProtocol.REP_SERVER, 4 + bytes.length);
      out.putInt(bytes.length).put(bytes);
      send();
    }
    reply(NbdProtocol.OPT_LIST, NbdProtocol.REP_ACK);
  }

  /** INFO or GO; returns the open export after a successful GO. */
  private Exports.Export go(int option, ByteBuffer data) throws IOException {
    int nameLength = data.remaining() >= 6 ? data.getInt() : -1;
    if (nameLength < 0
        || nameLength > data.remaining() - 2
        || (data.getShort(4 + nameLength) & 0xffff) * 2 != data.remaining() - nameLength - 2) {
      reply(option, NbdProtocol.REP_ERR_INVALID);
      return null;
    }
    String name = text(data.array(), 4, nameLength);
    allocation = name.equals(allocationOf);
    Exports.Export export = open(name);
    if (export == null) {
      reply(option, NbdProtocol.REP_ERR_UNKNOWN);
      return null;
    }
    if (option == NbdProtocol.OPT_INFO) {
      try (export) {
        describe(option, export.device());
      }
      reply(option, NbdProtocol.REP_ACK); // who has read this may remove the device
      return null;
    }
    return sending(
        export,
        () -> {
          describe(option, export.device());
          reply(option, NbdProtocol.REP_ACK);
        });
  }

  /** Answers which metadata contexts there are, or keeps those that the client wants. */
  private void metaContext(int option, ByteBuffer data) throws IOException {
    boolean sets = option == NbdProtocol.OPT_SET_META_CONTEXT;
    if (sets) {
      allocationOf = null;
    }
    String name = word(data);
    List<String> queries = name == null ? null : words(data);
    if (queries == null || sets && !structured) {
      reply(option, NbdProtocol.REP_ERR_INVALID);
      return;
    }
    Exports.Export export = open(name);
    if (export == null) {
      reply(option, NbdProtocol.REP_ERR_UNKNOWN);
      return;
    }
    export.close();
    boolean wanted =
        queries.contains(NbdProtocol.ALLOCATION)
            || !sets && (queries.isEmpty() || queries.contains("base:"));
    if (wanted) {
      byte[] context = NbdProtocol.ALLOCATION.getBytes(StandardCharsets.UTF_8);
      header(option, NbdProtocol.REP_META_CONTEXT, 4 + context.length);
      out.putInt(sets ? NbdProtocol.ALLOCATION_ID : 0).put(context);
      send();
      allocationOf = sets ? name : allocationOf;
    }
    reply(option, NbdProtocol.REP_ACK);
  }

  /** The last texts of an option, after their number; null when they are not just those. */
  private static List<String> words(ByteBuffer data) {
    int count = data.remaining() < 4 ? -1 : data.getInt();
    List<String> words = new ArrayList<>();
    String word = "";
    while (words.size() < count && word != null) {
      word = word(data);
      words.add(word);
    }
    return count < 0 || word == null || data.hasRemaining() ? null : words;
  }

  /** A text after its length; null when it is not all there. */
  private static String word(ByteBuffer data) {
    int length = data.remaining() < 4 ? -1 : data.getInt();
    if (length < 0 || length > data.remaining()) {
      return null;
    }
    String word = text(data.array(), data.position(), length);
    data.position(data.position() + length);
    return word;
  }

  private void describe(int option, BlockDevice device) throws IOException {
    header(option, NbdProtocol.REP_INFO, 12);
    out.putShort((short) NbdProtocol.INFO_EXPORT);
    out.putLong(Sectors.toBytes(device.sizeSectors())).putShort((short) flags(device));
    send();
    header(option, NbdProtocol.REP_INFO, 14);
    out.putShort((short) NbdProtocol.INFO_BLOCK_SIZE).putInt(device.logicalBlockSize());
    out.putInt(preferredBlock(device.limits()));
    out.putInt(NbdProtocol.MAX_DATA);
    send();
  }

  /**
   * The preferred block size: a power of two, and no less than the device's blocks and 4096 bytes.
   */
  private static int preferredBlock(Limits limits) {
    long least = Math.max(limits.physicalBlockSize(), limits.logicalBlockSize());
    long wanted = Math.max(least, Long.lowestOneBit(limits.ioMinBytes()));
    return (int) Math.min(NbdProtocol.MAX_DATA, Math.max(NbdProtocol.PREFERRED_BLOCK, wanted));
  }

  /** The empty name means the only device. */
  private Exports.Export open(String name) {
    if (name.isEmpty()) {
      List<String> names = exports.names();
      return names.size() == 1 ? exports.open(names.get(0)) : null;
    }
    return exports.open(name);
  }

  private static int flags(BlockDevice device) {
    int flags =
        NbdProtocol.FLAG_HAS_FLAGS
            | NbdProtocol.FLAG_SEND_FLUSH
            | NbdProtocol.FLAG_SEND_FUA
            | NbdProtocol.FLAG_SEND_WRITE_ZEROES
            | NbdProtocol.FLAG_CAN_MULTI_CONN;
    if (device.supportsDiscard()) {
      flags |= NbdProtocol.FLAG_SEND_TRIM;
    }
    if (device.readOnly()) {
      flags |= NbdProtocol.FLAG_READ_ONLY;
    }
    return flags;
  }

  private interface Sending {
    void run() throws IOException;
  }

  private static Exports.Export sending(Exports.Export export, Sending sending) throws IOException {
    boolean sent = false;
    try {
      sending.run();
      sent = true;
      return export;
    } finally {
      if (!sent) {
        export.close();
      }
    }
  }

  private static String text(byte[] bytes, int offset, int length) {
    return new String(bytes, offset, length, StandardCharsets.UTF_8);
  }

  private void reply(int option, int type) throws IOException {
    header(option, type, 0);
    send();
  }

  private void header(int option, int type, int length) {
    out.putLong(NbdProtocol.OPTION_REPLY_MAGIC).putInt(option).putInt(type).putInt(length);
  }

  private void send() throws IOException {
    int length = out.position();
    out.clear();
    for (int sent = 0; sent < length; ) {
      int n = socket.write(outAddress + sent, length - sent);
      sent += n;
      if (n == 0) {
        socket.awaitWritable();
      }
    }
  }
}
