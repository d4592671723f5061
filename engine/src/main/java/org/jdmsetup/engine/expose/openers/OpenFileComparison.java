package org.jdmsetup.engine.expose.openers;

/** Tells whether two descriptors, as a rule of two processes, are of the same open file. */
interface OpenFileComparison {

  int SAME = 0;
  int OTHER = 1;

  /** One of the descriptors is not there any more, or its process may not be asked about. */
  int GONE = -1;

  /** {@link #SAME}, {@link #OTHER} or {@link #GONE}. */
  int compare(Descriptor one, Descriptor other);

  /** The kernel's answer where it may be asked, else what can be seen. */
  static OpenFileComparison best() {
    return Kcmp.works() ? new Kcmp() : new FdinfoComparison();
  }

  /** A descriptor of a process. */
  record Descriptor(int process, int number) {}
}
