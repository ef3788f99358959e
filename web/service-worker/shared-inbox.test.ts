import { expect, it } from 'vitest';
import { SharedInbox } from './shared-inbox.ts';

const share = (form: FormData): Request => new Request('https://journal.test/share', { method: 'POST', body: form });

it('takes the shared videos, sends the person on, and gives them once', async () => {
  const inbox = new SharedInbox();
  const form = new FormData();
  form.set('title', 'words');
  form.append('video', new File(['film'], 'film.mp4', { type: 'video/mp4' }));
  form.append('video', new File([], 'empty.mp4', { type: 'video/mp4' }));
  form.append('video', new File(['second film'], 'second.mp4', { type: 'video/mp4' }));
  const response = await inbox.receive(share(form));
  expect(response.status).toBe(303);
  expect(response.headers.get('Location')).toBe('/record?shared=1');
  expect(await Promise.all(inbox.take().map((file) => file.text()))).toEqual(['film', 'second film']);
  expect(inbox.take()).toEqual([]);
});

it('gives what was shared twice before a window took it', async () => {
  const inbox = new SharedInbox();
  for (const name of ['first', 'second']) {
    const form = new FormData();
    form.append('video', new File([name], `${name}.mp4`, { type: 'video/mp4' }));
    await inbox.receive(share(form));
  }
  expect(await Promise.all(inbox.take().map((file) => file.text()))).toEqual(['first', 'second']);
});

it('has nothing where nothing was shared', async () => {
  const inbox = new SharedInbox();
  await inbox.receive(share(new FormData()));
  await inbox.receive(new Request('https://journal.test/share', { method: 'POST', body: 'no form' }));
  expect(inbox.take()).toEqual([]);
});

it('covers one address and one method', () => {
  const url = new URL('https://journal.test/share');
  expect(SharedInbox.covers('POST', url)).toBe(true);
  expect(SharedInbox.covers('GET', url)).toBe(false);
  expect(SharedInbox.covers('POST', new URL('/shared', url))).toBe(false);
});
