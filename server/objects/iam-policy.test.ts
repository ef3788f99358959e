/**
 * The bucket policy in docs/, asked as the cloud would ask it. `BUCKET`, `ACCOUNT` and `RELAY_ROLE` are what an
 * operator fills in. Only what the policy uses is understood here; anything else fails the test.
 */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Principal: string;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string;
  readonly Condition: Readonly<Record<string, Readonly<Record<string, string>>>>;
}
type Facts = Readonly<Record<string, string>>;

const policy = JSON.parse(await readFile('docs/iam-policy.json', 'utf8')) as {
  readonly Statement: readonly Statement[];
};
const relay = JSON.parse(await readFile('docs/iam-relay-role.json', 'utf8')) as {
  readonly Statement: readonly { readonly Effect: string; readonly Action: readonly string[] }[];
};

const OWNER = 'a1'.repeat(16);
const OTHER = 'b2'.repeat(16);
const OBJECT = (account: string) => `arn:aws:s3:::BUCKET/${account}/${'0'.repeat(32)}`;
const RELAY: Facts = { 'aws:PrincipalArn': 'arn:aws:iam::ACCOUNT:role/RELAY_ROLE', 'aws:SecureTransport': 'true' };
const ROLE: Facts = { 'aws:PrincipalArn': 'arn:aws:iam::ACCOUNT:role/SomebodyElse', 'aws:SecureTransport': 'true' };
const tagged = (account: string): Facts => ({ ...ROLE, 'aws:PrincipalTag/account': account });
const on = (facts: Facts, account: string): Facts => ({ ...facts, 's3:ExistingObjectTag/account': account });

/** `${key, 'default'}`: without the default an absent tag would make the whole statement go unheard. */
function filledIn(text: string, facts: Facts): string {
  return text.replace(/\$\{([^,}]+), '([^']*)'\}/g, (_, key: string, otherwise: string) => facts[key] ?? otherwise);
}

function matches(pattern: string, text: string): boolean {
  const source = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`).test(text);
}

const OPERATORS: Readonly<Record<string, (fact: string | undefined, value: string) => boolean>> = {
  Bool: (fact, value) => fact === value,
  // What is absent is not equal: so the cloud has it for every negated operator.
  StringNotEquals: (fact, value) => fact !== value,
  ArnNotEquals: (fact, value) => fact !== value
};

function denies(statement: Statement, action: string, resource: string, facts: Facts): boolean {
  const any = (patterns: string | readonly string[], text: string) =>
    [patterns].flat().some((pattern) => matches(filledIn(pattern, facts), text));
  if (!any(statement.Action, action)) return false;
  if (statement.Resource !== undefined && !any(statement.Resource, resource)) return false;
  if (statement.NotResource !== undefined && any(statement.NotResource, resource)) return false;
  return Object.entries(statement.Condition).every(([operator, conditions]) =>
    Object.entries(conditions).every(([key, value]) => OPERATORS[operator]!(facts[key], filledIn(value, facts)))
  );
}

function denied(action: string, resource: string, facts: Facts): boolean {
  return policy.Statement.some((statement) => denies(statement, action, resource, facts));
}

describe('the bucket policy', () => {
  it('only denies, whoever asks: what it does not deny still needs to be allowed', () => {
    for (const { Effect, Principal } of policy.Statement)
      expect({ Effect, Principal }).toEqual({ Effect: 'Deny', Principal: '*' });
    const sids = policy.Statement.map(({ Sid }) => Sid);
    expect(new Set(sids).size).toBe(sids.length);
    expect(JSON.stringify(policy).match(/\$\{[^}]*\}/g)).toEqual(
      expect.arrayContaining(["${aws:PrincipalTag/account, 'none'}"])
    );
    expect(JSON.stringify(policy)).not.toMatch(/\$\{[^,}]*\}/);
  });

  it("denies a role outside the owner's tag, and one without any", () => {
    for (const facts of [tagged(OTHER), ROLE]) {
      for (const action of [
        's3:GetObject',
        's3:GetObjectVersion',
        's3:PutObject',
        's3:DeleteObject',
        's3:ListBucket'
      ]) {
        expect(denied(action, OBJECT(OWNER), on(facts, OWNER))).toBe(true);
      }
    }
  });

  it("denies an object of the owner's prefix that carries another tag or none", () => {
    expect(denied('s3:GetObject', OBJECT(OWNER), on(tagged(OWNER), OTHER))).toBe(true);
    expect(denied('s3:GetObject', OBJECT(OWNER), tagged(OWNER))).toBe(true);
    expect(denied('s3:PutObject', OBJECT(OWNER), { ...tagged(OWNER), 's3:RequestObjectTag/account': OTHER })).toBe(
      true
    );
    expect(denied('s3:PutObject', OBJECT(OWNER), tagged(OWNER))).toBe(true);
    expect(denied('s3:PutObjectTagging', OBJECT(OWNER), on(tagged(OWNER), OWNER))).toBe(true);
  });

  it("lets the owner's tag through to what is the owner's", () => {
    expect(denied('s3:GetObject', OBJECT(OWNER), on(tagged(OWNER), OWNER))).toBe(false);
    expect(denied('s3:PutObject', OBJECT(OWNER), { ...tagged(OWNER), 's3:RequestObjectTag/account': OWNER })).toBe(
      false
    );
    expect(denied('s3:DeleteObject', OBJECT(OWNER), on(tagged(OWNER), OWNER))).toBe(false);
  });

  it('leaves the bucket itself to whoever runs it, and its content to nobody', () => {
    const bucket = 'arn:aws:s3:::BUCKET';
    for (const action of ['s3:PutBucketPolicy', 's3:PutLifecycleConfiguration', 's3:PutBucketVersioning']) {
      expect(denied(action, bucket, ROLE), action).toBe(false);
    }
    for (const action of ['s3:ListBucket', 's3:ListBucketVersions', 's3:ListBucketMultipartUploads']) {
      expect(denied(action, bucket, ROLE), action).toBe(true);
    }
  });

  it('lets the relay through, and nobody without TLS', () => {
    expect(denied('s3:GetObject', OBJECT(OWNER), on(RELAY, OWNER))).toBe(false);
    expect(denied('s3:ListBucket', 'arn:aws:s3:::BUCKET', RELAY)).toBe(false);
    expect(denied('s3:GetObject', OBJECT(OWNER), { ...on(RELAY, OWNER), 'aws:SecureTransport': 'false' })).toBe(true);
  });

  it('stands beside a role of the relay that may do what the store does, and not more', () => {
    const actions = relay.Statement.flatMap(({ Effect, Action }) => (Effect === 'Allow' ? Action : []));
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
    expect(actions.filter((action) => /Policy|Acl|Lifecycle|Versioning/.test(action))).toEqual([]);
  });
});
