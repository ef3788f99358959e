/** Recording 720p: processor time of the whole browser, with and without sealing every slice. */
import { browserColumns, type BrowserColumn } from '../browser/browser-item.ts';
import { figure } from '../goals.ts';
import type { Item } from '../item.ts';

const SECONDS = 8;

export const recordItem: Item = {
  name: 'record',
  about: `${SECONDS} s of 720p30; ms is processor time of all the browser's processes`,
  goal: 1.15,
  goals: [figure('latestSliceMs', 1000), figure('stopToSavedMs', 100)],
  columns: (options) => {
    const column = (by: 'product' | 'limit', name: string): BrowserColumn => ({
      name,
      role: by,
      task: { task: 'record', by, seconds: SECONDS },
      clock: 'cpu'
    });
    const product = column('product', 'the app (sealed and flushed)');
    return browserColumns(options.onlyProduct ? [product] : [product, column('limit', 'MediaRecorder alone')], options);
  }
};
