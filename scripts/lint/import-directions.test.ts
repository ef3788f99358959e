import { describe, expect, it } from 'vitest';
import { objection } from './import-directions.js';

const ALLOWED = [
  ['web/routes/+page.svelte', '#web/state/session.svelte.ts'],
  ['web/journal/play.ts', '#web/workers/rpc.ts'],
  ['web/journal/play.ts', '#shared/container/webm.ts'],
  ['web/workers/vault.worker.ts', './rpc.ts'],
  ['web/workers/vault.worker.ts', '#web/vault/vault.ts'],
  ['web/workers/workers.ts', './vault.worker.ts?worker&url'],
  ['web/ui/timeline/Row.svelte', '../Button.svelte'],
  ['web/vault/keys.ts', '#shared/crypto/stream.ts'],
  ['web/store/db.ts', 'idb'],
  ['web/ui/Menu.svelte', '@lucide/svelte/icons/menu'],
  ['shared/crypto/stream.ts', '#shared/format/envelope.ts'],
  ['server/app.ts', '#server/accounts/sign-in.ts'],
  ['server/at-rest/keyring.ts', '#shared/crypto/stream.ts'],
  ['server/main.ts', 'node:fs']
] as const;

const REFUSED = [
  ['web/journal/play.ts', '#web/state/session.svelte.ts', 'upward'],
  ['web/capture/camera.ts', '#web/media/strip.ts', 'sideways'],
  ['web/capture/camera.ts', '../media/strip.ts', 'out of the folder'],
  ['web/ui/Menu.svelte', '#web/state/session.svelte.ts', 'a component that knows the state'],
  ['web/journal/play.ts', '#shared/crypto/keys.ts', 'keys outside the vault'],
  ['web/journal/play.ts', 'idb', 'a library outside its place'],
  ['web/journal/play.ts', 'left-pad', 'a library without a place'],
  ['web/journal/play.ts', 'node:fs', 'Node in the page'],
  ['shared/format/envelope.ts', '#shared/crypto/stream.ts', 'format that knows cryptography'],
  ['shared/ids.ts', '#web/model/entry.ts', 'shared that knows the web'],
  ['server/app.ts', '#shared/crypto/stream.ts', 'the relay with a cipher'],
  ['server/at-rest/keyring.ts', '#shared/crypto/keys.ts', 'the relay with vault keys'],
  ['server/app.ts', '#web/vault/vault.ts', 'the relay with the vault'],
  ['server/app.ts', './accounts/sign-in.ts', 'relative across folders']
] as const;

describe('import directions', () => {
  it.each(ALLOWED)('%s may import %s', (importer, specifier) => {
    expect(objection(importer, specifier)).toBeUndefined();
  });

  it.each(REFUSED)('%s may not import %s: %s', (importer, specifier) => {
    expect(objection(importer, specifier)).toBeTypeOf('string');
  });
});
