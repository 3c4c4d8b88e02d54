import type { Organization, User } from './account.ts';
import type { App, Permissions } from './app.ts';
import type { Repository } from './repository.ts';

/** An app on the repositories of one account. */
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
