/**
 * Seals small secrets before they are stored: AES-256-GCM, bound to the portal and to what the value is for, so that a value copied
 * to another portal or field cannot be opened. Each secret of the configuration is a key version.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

export interface SealedFor {
  readonly portalId: string;
  readonly purpose: string;
}

export interface SecretBox {
  seal(text: string, whose: SealedFor): string;
  /** null for what was tampered with, belongs to another portal or purpose, or was sealed with a secret not known here. */
  open(sealed: string, whose: SealedFor): string | null;
  /** False for what was sealed with a secret that is not named here: another process may open it. */
  knows(sealed: string): boolean;
  /** False when an older secret sealed it. */
  isCurrent(sealed: string): boolean;
}

const FORMAT = 'cg1';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const SEALED = /^cg1\.([0-9a-f]{16})\.([A-Za-z0-9_-]{38,})$/;

interface KeyVersion {
  readonly id: string;
  readonly key: Buffer;
}

/** @param secrets the present one first, then older ones that still open what they sealed */
export function createSecretBox(secrets: readonly [string, ...string[]]): SecretBox {
  const current = versionOf(secrets[0]);
  const versions = new Map(secrets.map(versionOf).map((version) => [version.id, version]));
  return {
    seal(text, whose) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', current.key, iv);
      cipher.setAAD(boundTo(whose));
      const body = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final()]);
      const sealed = Buffer.concat([body, cipher.getAuthTag()]).toString('base64url');
      return `${FORMAT}.${current.id}.${sealed}`;
    },
    open(sealed, whose) {
      const [, id = '', body = ''] = SEALED.exec(sealed) ?? [];
      const version = versions.get(id);
      return version === undefined ? null : opened(version, Buffer.from(body, 'base64url'), whose);
    },
    knows: (sealed) => versions.has(SEALED.exec(sealed)?.[1] ?? ''),
    isCurrent: (sealed) => sealed.startsWith(`${FORMAT}.${current.id}.`),
  };
}

function opened({ key }: KeyVersion, sealed: Buffer, whose: SealedFor): string | null {
  const iv = sealed.subarray(0, IV_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(boundTo(whose));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    const body = decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES));
    return Buffer.concat([body, decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

/** Lengths first, so that no two pairs of portal and purpose are bound to the same bytes. */
function boundTo({ portalId, purpose }: SealedFor): Buffer {
  return Buffer.from(`${portalId.length}:${portalId}:${purpose}`, 'utf8');
}

/** The id follows from the secret and tells nothing about it: no number has to be kept beside the secrets. */
function versionOf(secret: string): KeyVersion {
  const derive = (use: string, bytes: number): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, 'closegate secret-box', use, bytes));
  return { id: derive('key id', 8).toString('hex'), key: derive('key', 32) };
}
