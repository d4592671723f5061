package org.jdmsetup.cli;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jdmsetup.ioctl.EndingSignals;
import org.jdmsetup.ioctl.system.LibC;
import org.jdmsetup.ioctl.system.Linux;

/**
 * SIGHUP, SIGINT and SIGTERM of this process, in a JVM that was not started with {@code -Xrs}. The
 * process always ends by the signal itself, so that its parent sees what it would see of the C
 * tool. Signals that the process was started to ignore stay ignored. SIGQUIT, which makes a JVM
 * print its threads, ends the process at once as it does others.
 *
 * <p>{@code sun.misc.Signal} is the only way to them without native code. It is called by
 * reflection because compilers warn of each use, and cannot be told not to.
 */
final class ProcessSignals implements EndingSignals {
  private static final String[] NAMES = {"HUP", "INT", "TERM"};

  /** A shell gives a process that a signal ended this and the signal's number as exit status. */
  static final int ENDED_BY_SIGNAL = 128;

  private final Class<?> signalClass;
  private final Method handle;
  private boolean held;

  /** The first signal that came while they were held; or null. */
  private Object waiting;

  /**
   * @param quitIsIgnored whether the process was started to ignore SIGQUIT, which a JVM forgets
   */
  ProcessSignals(boolean quitIsIgnored) {
    LibC.get().signal(Linux.SIGQUIT, quitIsIgnored ? Linux.SIG_IGN : Linux.SIG_DFL);
    try {
      signalClass = Class.forName("sun.misc.Signal");
      Class<?> handlerClass = Class.forName("sun.misc.SignalHandler");
      handle = signalClass.getMethod("handle", signalClass, handlerClass);
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

  /**
   * Called by a thread of the JVM: ends the process unless signals are held, and none waits yet.
   */
  private synchronized void receive(Object signal) {
    if (!held || waiting != null) {
      end(signal);
    }
    waiting = signal;
  }

  /**
   * Ends this process by a signal, so that its parent sees that it was one: a script goes on after
   * a command that failed, and not after one that Ctrl-C ended.
   */
  static void endBy(int number) {
    LibC libc = LibC.get(); // not the JVM's own raise: it refuses what it does not handle
    libc.signal(number, Linux.SIG_DFL);
    libc.raise(number);
    Runtime.getRuntime().halt(ENDED_BY_SIGNAL + number); // only where the signal is blocked
  }

  private void end(Object signal) {
    int number;
    try {
      number = (int) signalClass.getMethod("getNumber").invoke(signal);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a signal without a number", e);
    }
    endBy(number);
  }
}
