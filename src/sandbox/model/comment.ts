import type { App } from './app.ts';
import type { User } from './account.ts';

/** A comment in the conversation of a pull request. */
export interface IssueComment {
  id: number;
  number: number;
  user: User;
  body: string;
  app: App | null;
  createdAt: Date;
  updatedAt: Date;
}
