/** What `/proc/PID/stat` says about a process or a thread: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
export interface ProcessStat {
  readonly pid: number;
  /** As the process calls itself: any bytes. */
  readonly command: string;
  /** `Z` for one that has ended and waits for its parent, `D` for one that waits for a device and can't be interrupted. */
  readonly state: string;
  readonly isKernelThread: boolean;
  readonly threads: number;
  /** In clock ticks after the machine's start. */
  readonly startTicks: number;
}

/** `PF_KTHREAD` of the kernel's `include/linux/sched.h`. */
const KERNEL_THREAD = 0x00200000;
/** Positions after the name of the command, which may contain spaces and brackets. */
const [STATE, FLAGS, THREADS, START] = [0, 6, 17, 19];

/** @throws Error for a text that is not as the manual says */
export function parseProcessStat(text: string): ProcessStat {
  const [open, close] = [text.indexOf("("), text.lastIndexOf(")")];
  const words = text.slice(close + 2).split(" ");
  const numbers = [text.slice(0, open), words[FLAGS], words[THREADS], words[START]].map(Number);
  const [pid = NaN, flags = NaN, threads = NaN, startTicks = NaN] = numbers;
  const state = words[STATE];
  if (open === -1 || state === undefined || numbers.some(Number.isNaN)) {
    throw new Error("/proc/PID/stat is not understood");
  }
  const command = text.slice(open + 1, close);
  return { pid, command, state, isKernelThread: (flags & KERNEL_THREAD) !== 0, threads, startTicks };
}
