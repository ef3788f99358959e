import type { Case } from '../case.ts';
import { draw, header, padded, sealed, type Header } from '../reference.ts';

const KEY = draw('record key', 32);
const ENVELOPE: Header = {
  kind: 0x30,
  epoch: 1,
  revision: 2,
  vaultId: draw('vault', 16).toString('hex'),
  objectId: draw('entry', 16).toString('hex'),
  parent: draw('revision 1', 32).toString('hex')
};

const ofPlaintext = (name: string, description: string, plaintext: Buffer, expect: string, attack: string): Case => ({
  name: `record_${name}`,
  description,
  attack,
  operation: 'record',
  key: KEY,
  envelope: ENVELOPE,
  object: sealed(`record ${name}`, KEY, header(ENVELOPE), plaintext),
  expect
});

const refused = (name: string, description: string, json: string | Buffer, expect = 'format/json'): Case =>
  ofPlaintext(name, description, padded(Buffer.from(json), 256), expect, 'D12');

const ok = (name: string, description: string, json: string): Case => ({
  ...refused(name, description, json, 'ok'),
  released: Buffer.from(json)
});

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

const notPadded = (name: string, description: string, plaintext: Buffer): Case =>
  ofPlaintext(name, description, plaintext, 'format/padding', 'A21');

const TITLE = '{"title":"t"}';

const elsewhere = (name: string, description: string, change: Partial<Header>, attack: string): Case => ({
  ...ok(name, description, TITLE),
  attack,
  expect: 'seal/header-mismatch',
  released: Buffer.alloc(0),
  object: sealed(`record ${name}`, KEY, header({ ...ENVELOPE, ...change }), padded(Buffer.from(TITLE), 256))
});

export const record: Case[] = [
  ok('valid', 'A record with one field.', TITLE),
  ok('empty_object', 'No field.', '{}'),
  ok('null', 'JSON null.', 'null'),
  ok('unicode', 'Text of several scripts, not escaped.', '{"title":"Żółć – 日記 😀"}'),
  ok('sorted_utf16', 'Names sorted by UTF-16 code units, which is not by code points.', '{"\u{1f600}":1,"\ufb33":2}'),
  ok('controls', 'The escapes that RFC 8785 wants.', '{"a":"\\b\\t\\n\\f\\r\\u0001\\"\\\\"}'),
  ok('proto', 'A name that is special in some languages.', '{"__proto__":{"a":1}}'),
  ok('numbers', 'Numbers in their one form.', '[0,-1,0.5,1e+21,1e-7,9007199254740991]'),
  ok('longer', 'Longer than the floor of 256 bytes.', `{"note":"${'n'.repeat(300)}"}`),
  ok('depth_64', 'Nested 64 levels.', nested(64)),
  refused('depth_65', 'Nested 65 levels.', nested(65)),
  refused('depth_5000', 'Nested 5,000 levels.', nested(5000)),
  refused('empty', 'No text at all.', ''),
  refused('space', 'A space after the colon.', '{"title": "t"}'),
  refused('trailing_newline', 'A line feed at the end.', `${TITLE}\n`),
  refused('byte_order_mark', 'A byte order mark.', `\ufeff${TITLE}`),
  refused('unsorted', 'Names not sorted.', '{"b":1,"a":2}'),
  refused('doubled_name', 'One name twice.', '{"a":1,"a":1}'),
  refused('escaped_letter', 'A letter written as an escape.', '{"title":"\\u0074"}'),
  refused('escaped_slash', 'A slash written as an escape.', '"\\/"'),
  refused('upper_case_escape', 'An escape in upper case.', '"\\u001F"'),
  refused('lone_surrogate', 'Half a surrogate pair, escaped.', '"\\ud83d"'),
  refused('number_1_0', 'The number 1.0.', '[1.0]'),
  refused('number_minus_0', 'Minus zero.', '[-0]'),
  refused('number_1e400', 'A number beyond every double.', '[1e400]'),
  refused('number_too_precise', 'An integer that a double cannot hold.', '[9007199254740993]'),
  refused('exponent_form', 'An exponent without its sign.', '[1e21]'),
  refused('not_json', 'A word.', 'title'),
  refused('unclosed', 'The object is not closed.', '{"title":"t"'),
  refused('two_values', 'Two values.', '{}{}'),
  refused('comment', 'A comment.', '{}/**/'),
  refused('nan', 'NaN.', '[NaN]'),
  refused('utf8_overlong', 'An overlong encoding.', Buffer.from('22c0af22', 'hex')),
  refused('utf8_surrogate', 'A surrogate in UTF-8.', Buffer.from('22eda08022', 'hex')),
  refused('utf8_cut', 'A character cut off.', Buffer.from('22e297', 'hex')),
  refused('utf16', 'UTF-16.', Buffer.from(TITLE, 'utf16le')),
  notPadded('not_padded', 'The JSON without any padding.', Buffer.from(TITLE)),
  notPadded('below_floor', 'Padded rightly but shorter than 256 bytes.', padded(Buffer.from(TITLE))),
  notPadded('zeros_only', '256 zeros.', Buffer.alloc(256)),
  notPadded(
    'too_much',
    'Padded to the next size but one.',
    Buffer.concat([padded(Buffer.from(TITLE), 256), Buffer.alloc(16)])
  ),
  notPadded('nothing', 'An empty plaintext.', Buffer.alloc(0)),
  elsewhere('older_revision', 'An older revision of the entry.', { revision: 1 }, 'A11'),
  elsewhere(
    'other_parent',
    'The same revision on another history.',
    { parent: draw('fork', 32).toString('hex') },
    'A13'
  ),
  elsewhere('other_entry', "Another entry's record.", { objectId: draw('entry 2', 16).toString('hex') }, 'A7'),
  elsewhere('draft', 'A draft (revision 0) in place of the record.', { revision: 0 }, 'A11'),
  {
    ...ok('wrong_key', 'Opened with another key.', TITLE),
    attack: 'A10',
    key: draw('record key 2', 32),
    expect: 'wrong-key',
    released: Buffer.alloc(0)
  }
];
