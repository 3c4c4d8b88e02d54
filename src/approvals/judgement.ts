import type { Instant } from '../requests/instant.ts';
import { evaluateApprovals, type ApprovalState } from './approval.ts';
import { assess, type Assessment, type Circumstances } from './assessment.ts';
import { contributorsOf, type Contributions, type Contributors } from './contributors.ts';
import { digestOf, type Digest, type DigestInput } from './digest.ts';
import { explain, type Explanation } from './explanation.ts';
import type { Proposal } from './proposal.ts';
import type { Review } from './reviews.ts';

/** What a review is of: the digest of what its author saw, stored when it arrived, and what that is the digest of. */
export type Seen = Pick<Review, 'digest' | 'content'>;

/** Everything about a pull request that a decision needs. */
export interface PullCase {
  readonly headSha: string;
  readonly proposal: Proposal;
  readonly circumstances: Omit<Circumstances, 'soleContributor'>;
  readonly contributions: Omit<Contributions, 'principals' | 'directory'>;
  readonly fromFork: boolean;
  /** Those that count by their time. */
  readonly reviews: readonly Omit<Review, keyof Seen>[];
  /** Review id -> what its author saw. Of one that is not here nobody knows. */
  readonly seen: ReadonlyMap<number, Seen>;
  /** As of when it is asked whether an approval lapsed. */
  readonly reviewedAt: Instant;
  /** The version accepted before, where its approvals count as well: they do while it comes to the very same request. */
  readonly approvedUnder: string | null;
}

/** A pull request, judged by the policy and by its reviews as of one moment. */
export interface Judgement {
  readonly assessment: Assessment;
  /** What its digest is of; `null` where it has none. */
  readonly content: DigestInput | null;
  readonly approval: ApprovalState;
  readonly explanation: Explanation;
  /** Whether those approved who must review what was granted in an emergency. */
  readonly reviewed: boolean;
}

export function judge(pullCase: PullCase): Judgement {
  const { headSha, proposal, circumstances, contributions, fromFork, reviewedAt } = pullCase;
  const { directory } = circumstances;
  const assessment = assess(proposal, {
    ...circumstances,
    soleContributor: !fromFork && isSole(contributorsOf({ ...contributions, principals: [], directory })),
  });
  const content = contentOf(proposal, assessment);
  const question = {
    reviews: reviewsWithDigests(pullCase, assessment, content),
    contributors: contributorsOf({
      ...contributions,
      principals: assessment.changes.flatMap(({ after }) => after?.principal ?? []),
      directory,
    }),
    digest: assessment.digest,
    content,
    directory,
    now: reviewedAt,
    validFor: proposal.policies.settings.approvalValidFor,
  };
  const { requirements, reviewRequirements } = assessment;
  const approval = evaluateApprovals({ ...question, requirements });
  return {
    assessment,
    content,
    approval,
    explanation: explain({ assessment, approval, headSha, policyVersion: proposal.policyVersion }),
    reviewed: evaluateApprovals({ ...question, requirements: reviewRequirements }).approved,
  };
}

/** Whether nobody but the author had a hand in it. */
function isSole({ people, unknown }: Contributors): boolean {
  return people.size === 1 && unknown.length === 0;
}

function contentOf(
  { policyVersion, otherFiles }: Proposal,
  { changes, digest }: Assessment,
): DigestInput | null {
  return digest === null ? null : { changes, policyVersion, otherFiles };
}

function reviewsWithDigests(
  { reviews, seen, approvedUnder }: PullCase,
  { digest: current }: Assessment,
  content: DigestInput | null,
): Review[] {
  const former = formerDigest(content, approvedUnder);
  return reviews.map((review) => {
    const { digest = null, content: of = null } = seen.get(review.id) ?? {};
    return { ...review, digest: digest === former ? current : digest, content: of };
  });
}

/** The digest of the same request as the version before had it; `undefined` where none counts. */
function formerDigest(content: DigestInput | null, policyVersion: string | null): Digest | undefined {
  return content && policyVersion !== null ? digestOf({ ...content, policyVersion }) : undefined;
}
