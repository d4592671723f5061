package org.jdmsetup.it.ioctl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes tables, good ones and bad ones, as they stand in the buffer of a load. */
final class RandomTable {
  private static final List<Long> LENGTHS =
      List.of(8L, 8L, 16L, 64L, 128L, 1024L, 7L, 24L, 8192L, 12_288L);

  private final Random random;
  private final RandomParameters templates;

  /** The rules of a load as they stand in its buffer. */
  record Rules(int count, byte[] bytes) {}

  RandomTable(Random random, Layout layout, boolean filledBuffers) {
    this.random = random;
    templates = new RandomParameters(random, layout, filledBuffers);
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  Rules rules() {
    int count = any(List.of(1, 1, 1, 1, 2, 2, 3, 10));
    List<byte[]> specs = new ArrayList<>();
    long start = chance(97) ? 0 : any(LENGTHS);
    int size = 0;
    for (int i = 0; i < count; i++) {
      long length = chance(97) ? any(LENGTHS) : any(List.of(0L, -1L, 1L << 54, 1L << 55, 1L << 63));
      byte[] spec = spec(start, length, i == count - 1, count == 1);
      specs.add(spec);
      size += spec.length;
      start += chance(97) ? length : any(List.of(0L, length + 8, length - 1));
    }
    ByteBuffer all = ByteBuffer.allocate(size);
    specs.forEach(all::put);
    return new Rules(count, all.array());
  }

  private byte[] spec(long start, long length, boolean last, boolean alone) {
    String type = chance(98) ? templates.type(alone) : "nosuch";
    String params = type.equals("nosuch") ? "0" : templates.params(type, length);
    byte[] text = CallText.bytes(params);
    int size = 40 + text.length + 1 + 7 & ~7;
    ByteBuffer spec = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    spec.putLong(start).putLong(length).putInt(chance(95) ? 0 : random.nextInt());
    int next = last && chance(50) ? 0 : size;
    spec.putInt(chance(98) ? next : any(List.of(0, 39, 40, size - 1, size + 1, 1 << 20, -8)));
    byte[] name = CallText.bytes(type);
    spec.put(name).position(40).put(text);
    if (chance(1)) {
      for (int i = 24 + name.length; i < 40; i++) {
        spec.put(i, (byte) 'T');
      }
    }
    return spec.array();
  }

  /** A message to a target or to the core. */
  String message() {
    return templates.message();
  }
}
