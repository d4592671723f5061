package org.jdmsetup.cli.session;

import org.jdmsetup.cli.option.Opt;
import org.jdmsetup.cli.option.Options;
import org.jdmsetup.ioctl.AddNode;
import org.jdmsetup.ioctl.NodeOwner;
import org.jdmsetup.ioctl.ReadAhead;

/** What the options say about a device's node: when it is made, whose it is, its read-ahead. */
public final class NodeOptions {
  private NodeOptions() {}

  public static AddNode addNode(Session session) {
    return session.has(Opt.ADDNODEONCREATE) ? AddNode.ON_CREATE : AddNode.ON_RESUME;
  }

  public static NodeOwner owner(Session session) {
    Options options = session.options();
    return new NodeOwner(
        options.value(Opt.UID, NodeOwner.DEFAULT.uid()),
        options.value(Opt.GID, NodeOwner.DEFAULT.gid()),
        options.value(Opt.MODE, NodeOwner.DEFAULT.mode()));
  }

  public static ReadAhead readAhead(Session session) {
    return session.options().value(Opt.READAHEAD, ReadAhead.AUTO);
  }
}
