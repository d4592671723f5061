package org.jdmsetup.engine.control.table;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** What targets of one engine share beyond their tables: one object a type, made on demand. */
public final class SharedObjects {
  private final Map<Class<?>, Object> objects = new ConcurrentHashMap<>();

  public <T> T get(Class<T> type, Supplier<T> first) {
    return type.cast(objects.computeIfAbsent(type, wanted -> first.get()));
  }
}
