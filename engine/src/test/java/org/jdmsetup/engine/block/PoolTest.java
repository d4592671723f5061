package org.jdmsetup.engine.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class PoolTest {
  private final Pool<Object> pool = new Pool<>(2, Object::new);

  @Test
  void anObjectIsUsedAgainOnlyOnceItIsGivenBack() {
    Object first = pool.take();
    assertNotSame(first, pool.take());
    pool.recycle(first);
    assertSame(first, pool.take());
  }

  @Test
  void noMoreAreKeptThanWasSaid() {
    List<Object> made = List.of(pool.take(), pool.take(), pool.take());
    made.forEach(pool::recycle);
    Set<Object> kept = new HashSet<>(List.of(pool.take(), pool.take()));
    assertEquals(new HashSet<>(made.subList(0, 2)), kept);
    assertNotSame(made.get(2), pool.take());
  }

  /** An object that two threads got would be marked twice. */
  @Test
  void noTwoThreadsGetTheSameObject() throws Exception {
    Pool<boolean[]> marks = new Pool<>(4, () -> new boolean[1]);
    List<FutureTask<Boolean>> tasks = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      FutureTask<Boolean> task =
          new FutureTask<>(
              () -> {
                boolean shared = false;
                for (int round = 0; round < 10_000; round++) {
                  boolean[] mark = marks.take();
                  shared |= mark[0];
                  mark[0] = true;
                  Thread.onSpinWait();
                  mark[0] = false;
                  marks.recycle(mark);
                }
                return shared;
              });
      tasks.add(task);
      new Thread(task).start();
    }
    for (FutureTask<Boolean> task : tasks) {
      assertFalse(task.get());
    }
  }
}
