import { readFileSync } from 'node:fs';

/** Clock ticks of the system in a second, as Linux counts them. */
const TICKS = 100;

/** Seconds of processor time a process has used. */
export const readCpuSeconds = (pid: number | undefined): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
};

/** Resident memory of a process in megabytes. */
export const readRssMegabytes = (pid: number | undefined): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;
