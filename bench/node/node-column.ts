/** A column in a Node process of its own. */
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Column, Role, Sample } from '../item.ts';
import type { NodeAnswer, NodeTask } from './child.ts';

export async function nodeColumn(name: string, role: Role, task: NodeTask): Promise<Column> {
  const child = fork(join(import.meta.dirname, 'child.ts'), { stdio: ['ignore', 2, 2, 'ipc'] });
  const column: Column = {
    name,
    role,
    async run(): Promise<Sample> {
      const { run, peakMiB } = await ask(child, 'run');
      if (run === null) throw new Error(`${name} is not prepared`);
      return { ...run, peakMiB };
    },
    close: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null) resolve();
        child.once('exit', () => resolve());
        child.kill();
      })
  };
  try {
    await ask(child, task);
    return column;
  } catch (thrown) {
    await column.close();
    throw thrown;
  }
}

function ask(child: ChildProcess, message: NodeTask | 'run'): Promise<Exclude<NodeAnswer, { failed: string }>> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('the process of the column ended'));
    child.once('exit', ended);
    child.once('message', (answer: NodeAnswer) => {
      child.off('exit', ended);
      if ('failed' in answer) reject(new Error(answer.failed));
      else resolve(answer);
    });
    child.send(message);
  });
}
