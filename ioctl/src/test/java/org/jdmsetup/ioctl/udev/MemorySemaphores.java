package org.jdmsetup.ioctl.udev;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdmsetup.tables.Errno;

/**
 * Semaphores that exist in a test alone, and fail when they are told to. Waiting for zero never
 * waits: a value that is not zero means that the caller would hang, which fails the test.
 */
public final class MemorySemaphores implements Semaphores {
  /** Values by key; the id of a set is the order in which it was made. */
  public final Map<Integer, Integer> values = new LinkedHashMap<>();

  public final List<Integer> made = new ArrayList<>();
  final Map<Integer, Long> lastChange = new LinkedHashMap<>();
  final Map<Integer, Long> lastOperation = new LinkedHashMap<>();

  /** What the next call of a kind answers instead of doing anything. */
  final Map<String, ArrayList<Errno>> faults = new LinkedHashMap<>();

  public boolean supported = true;

  public MemorySemaphores failing(String call, Errno... errnos) {
    faults.put(call, new ArrayList<>(List.of(errnos)));
    return this;
  }

  private int fault(String call) {
    List<Errno> pending = faults.getOrDefault(call, new ArrayList<>());
    return pending.isEmpty() ? 0 : -pending.remove(0).number();
  }

  @Override
  public boolean supported() {
    return supported;
  }

  @Override
  public int create(int key) {
    int fault = fault("create");
    if (fault != 0) {
      return fault;
    }
    if (values.putIfAbsent(key, 0) != null) {
      return -Errno.EEXIST.number();
    }
    made.add(key);
    return made.size() - 1;
  }

  @Override
  public int find(int key) {
    int fault = fault("find");
    return fault != 0
        ? fault
        : values.containsKey(key) ? made.indexOf(key) : -Errno.ENOENT.number();
  }

  @Override
  public int set(int id, int value) {
    int fault = fault("set");
    if (fault == 0) {
      values.put(made.get(id), value);
    }
    return fault;
  }

  @Override
  public int value(int id) {
    int fault = fault("value");
    return fault != 0 ? fault : values.get(made.get(id));
  }

  @Override
  public int add(int id, int difference) {
    int fault = fault("add");
    if (fault != 0) {
      return fault;
    }
    int value = values.get(made.get(id)) + difference;
    if (value < 0) {
      return -Errno.EAGAIN.number();
    }
    values.put(made.get(id), value);
    return 0;
  }

  @Override
  public int awaitZero(int id) {
    int fault = fault("awaitZero");
    if (fault == -Errno.EIDRM.number()) {
      values.remove(made.get(id));
    }
    if (fault == 0 && values.get(made.get(id)) != 0) {
      throw new AssertionError("this would wait for ever: " + values);
    }
    return fault;
  }

  @Override
  public int remove(int id) {
    int fault = fault("remove");
    if (fault == 0) {
      values.remove(made.get(id));
    }
    return fault;
  }

  @Override
  public List<Found> all() {
    return values.keySet().stream()
        .map(
            key ->
                new Found(
                    key,
                    made.indexOf(key),
                    lastOperation.getOrDefault(key, 0L),
                    lastChange.getOrDefault(key, 0L)))
        .toList();
  }
}
