/** A unix socket that is bound to a path. */
export interface BoundSocket {
  readonly inode: string;
  /** As the process wrote it: it may be relative, or lead over links. */
  readonly path: string;
}

/** Seven fields before the path: https://man7.org/linux/man-pages/man5/proc_net.5.html */
const LINE = /^\S+: \S+ \S+ \S+ \S+ \S+ +(\d+) (.+)$/;

/** Reads `/proc/net/unix`. Abstract sockets, which begin with `@`, have no file. */
export function boundSockets(text: string): readonly BoundSocket[] {
  return text.split("\n").flatMap((line) => {
    const [, inode, path] = LINE.exec(line) ?? [];
    return inode === undefined || path === undefined || path.startsWith("@") ? [] : [{ inode, path }];
  });
}
