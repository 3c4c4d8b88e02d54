import type { KeyObject } from 'node:crypto';
import type { Organization, User } from './account.ts';
import type { Repository } from './repository.ts';

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

export interface Installation {
  id: number;
  app: App;
  account: Organization;
  repositories: Repository[];
  createdAt: Date;
}

/** Whom a request comes from, as its `Authorization` says. */
export type Viewer =
  | { kind: 'anonymous' }
  | { kind: 'user'; user: User; token: string }
  | { kind: 'app'; app: App }
  | InstallationViewer;

/** An app inside one installation, with the permissions of its token. */
export interface InstallationViewer {
  kind: 'installation';
  installation: Installation;
  user: User;
  token: string;
  permissions: Permissions;
  repositories: Repository[];
  /** By the machine's clock. */
  expiresAt: Date;
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
