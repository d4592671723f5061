package org.jdmsetup.engine.control;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** What targets of one engine share beyond their tables: one object a type, made on demand. */
final class SharedObjects {
  private final Map<Class<?>, Object> objects = new ConcurrentHashMap<>();

  <T> T get(Class<T> type, Supplier<T> first) {
    return type.cast(objects.computeIfAbsent(type, wanted -> first.get()));
  }
}
