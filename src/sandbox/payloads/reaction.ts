import type { GitHub } from '../model/github.ts';
import { REACTIONS, type Reaction } from '../model/reaction.ts';
import type { Repository } from '../model/repository.ts';
import { simpleUser } from './account.ts';
import type { Reaction as ReactionPayload } from './descriptions.ts';
import { instant } from './instant.ts';
import { nodeId } from './node-id.ts';

export function reactionPayload(github: GitHub, reaction: Reaction): ReactionPayload {
  return {
    id: reaction.id,
    node_id: nodeId('Reaction', reaction.id),
    user: simpleUser(github, reaction.user),
    content: reaction.content,
    created_at: instant(reaction.createdAt),
  };
}

/** How many of each kind a comment or a pull request has. */
export function reactionCounts({ reactions }: Repository, subject: { id: number; url: string }) {
  const given = reactions.filter(({ subjectId }) => subjectId === subject.id);
  const count = (wanted: Reaction['content']) => given.filter(({ content }) => content === wanted).length;
  const counts = Object.fromEntries(REACTIONS.map((content) => [content, count(content)]));
  return {
    url: `${subject.url}/reactions`,
    total_count: given.length,
    ...(counts as Record<Reaction['content'], number>),
  };
}
