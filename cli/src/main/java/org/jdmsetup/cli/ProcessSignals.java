package org.jdmsetup.cli;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jdmsetup.ioctl.EndingSignals;

/**
 * SIGHUP, SIGINT and SIGTERM of this process, in a JVM that was not started with {@code -Xrs}. The
 * process always ends by the signal itself, so that its parent sees what it would see of the C
 * tool. Signals that the process was started to ignore stay ignored.
 *
 * <p>{@code sun.misc.Signal} is the only way to them without native code. It is called by
 * reflection because compilers warn of each use, and cannot be told not to.
 */
final class ProcessSignals implements EndingSignals {
  private static final String[] NAMES = {"HUP", "INT", "TERM"};

  /** What a shell makes of the exit status of a process that a signal ended. */
  private static final int ENDED_BY_SIGNAL = 128;

  private final Class<?> signalClass;
  private final Method handle;
  private final Object defaultHandler;
  private boolean held;

  /** The first signal that came while they were held; or null. */
  private Object waiting;

  ProcessSignals() {
    try {
      signalClass = Class.forName("sun.misc.Signal");
      Class<?> handlerClass = Class.forName("sun.misc.SignalHandler");
      handle = signalClass.getMethod("handle", signalClass, handlerClass);
      defaultHandler = handlerClass.getField("SIG_DFL").get(null);
      Object handler =
          Proxy.newProxyInstance(
              handlerClass.getClassLoader(),
              new Class<?>[] {handlerClass},
              (proxy, method, arguments) -> {
                if (method.getDeclaringClass() == Object.class) {
                  return method.invoke(this, arguments);
                }
                receive(arguments[0]);
                return null;
              });
      for (String name : NAMES) {
        Object signal = signalClass.getConstructor(String.class).newInstance(name);
        handle.invoke(null, signal, handler);
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the JVM does not give its signals away", e);
    }
  }

  @Override
  public synchronized void hold() {
    held = true;
  }

  @Override
  public synchronized boolean arrived() {
    return waiting != null;
  }

  @Override
  public synchronized void release() {
    held = false;
    if (waiting != null) {
      end(waiting);
    }
  }

  /** Called by a thread of the JVM. */
  private synchronized void receive(Object signal) {
    if (!held || waiting != null) {
      end(signal);
    }
    waiting = signal;
  }

  private void end(Object signal) {
    int number = 0;
    try {
      number = (int) signalClass.getMethod("getNumber").invoke(signal);
      handle.invoke(null, signal, defaultHandler);
      signalClass.getMethod("raise", signalClass).invoke(null, signal);
    } catch (ReflectiveOperationException e) {
      // the status says it too
    }
    Runtime.getRuntime().halt(ENDED_BY_SIGNAL + number);
  }
}
