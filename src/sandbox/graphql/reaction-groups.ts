import type { Reaction } from '../model/reaction.ts';
import type { Repository } from '../model/repository.ts';
import { connection, type Page } from './connection.ts';
import { actorSource } from './sources.ts';

/** GraphQL's names, in the order in which it lists them. */
const CONTENTS = {
  THUMBS_UP: '+1',
  THUMBS_DOWN: '-1',
  LAUGH: 'laugh',
  HOORAY: 'hooray',
  CONFUSED: 'confused',
  HEART: 'heart',
  ROCKET: 'rocket',
  EYES: 'eyes',
} as const satisfies Record<string, Reaction['content']>;

/** The reactions to a comment, a review or a pull request: one group for each kind, given or not. */
export function reactionGroups({ reactions }: Repository, subjectId: number) {
  return Object.entries(CONTENTS).map(([content, name]) => {
    const given = reactions.filter((one) => one.subjectId === subjectId && one.content === name);
    return {
      content,
      users: (page: Page) => connection('users', given, page, ({ user }) => actorSource(user)),
    };
  });
}
