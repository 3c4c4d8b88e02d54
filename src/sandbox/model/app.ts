import type { KeyObject } from 'node:crypto';
import type { Organization, User } from './account.ts';

export type Permissions = Record<string, 'read' | 'write'>;

export interface App {
  id: number;
  slug: string;
  owner: Organization;
  /** The account that the app acts as: `slug[bot]`. */
  bot: User;
  permissions: Permissions;
  events: string[];
  publicKey: KeyObject;
  webhook: { id: number; url: string | null; secret: string };
  createdAt: Date;
}

/** Who makes a change: an account and, where an app acts, that app. */
export interface Performer {
  user: User;
  app?: App;
}

/** Whether a set of permissions covers one; everybody may read metadata, and write includes read. */
export function grants(permissions: Permissions, name: string, access: 'read' | 'write'): boolean {
  const held = permissions[name] ?? (name === 'metadata' ? 'read' : undefined);
  return held === 'write' || held === access;
}
