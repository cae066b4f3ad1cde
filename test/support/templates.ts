import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the run keeps what its test files copy. */
    readonly templates: string;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'vigil-templates-'));

/** Gives a run a folder for what many of its test files start from. */
export const setup = ({ provide }: TestProject): void => provide('templates', folder);

/** Removes it at the end. */
export const teardown = (): void => rmSync(folder, { recursive: true, force: true });
