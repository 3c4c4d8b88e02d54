import { evaluateApprovals, type ApprovalState } from '../../src/approvals/approval.ts';
import { assess, type Assessment, type Circumstances } from '../../src/approvals/assessment.ts';
import { contributorsOf } from '../../src/approvals/contributors.ts';
import { readProposal, type AcceptedVersion, type Version } from '../../src/approvals/proposal.ts';
import type { Review } from '../../src/approvals/reviews.ts';
import type { Directory } from '../../src/policies/directory.ts';
import type { EntryChange } from '../../src/requests/change-set.ts';
import { isRequestsFile } from '../../src/requests/requests-paths.ts';
import { connectors } from '../policies/acme.ts';

/** What a commit holds: path -> text. A repository is no more than these here. */
export type Files = Readonly<Record<string, string>>;

export function versionOf(files: Files): Version {
  const paths = Object.entries(files);
  return {
    files: new Map(paths.map(([path, text]) => [path, { sha: text, regular: true, size: text.length }])),
    requests: paths.filter(([path]) => isRequestsFile(path)).map(([path, text]) => ({ path, text })),
  };
}

export function acceptedOf(files: Files, sha = 'accepted'): AcceptedVersion {
  return { sha, files: Object.entries(files).map(([path, text]) => ({ path, text })) };
}

/** An open pull request: where it began, what it says, and the branch that it would land on. */
export interface OpenPull {
  readonly base: Files;
  readonly head: Files;
  readonly tip: Files;
  readonly accepted: AcceptedVersion;
  readonly author: { readonly id: number; readonly login: string };
  /** Account ids; null: somebody whom GitHub does not name. */
  readonly pushers: readonly (number | null)[];
  readonly reviews: readonly Review[];
  readonly now: number;
  readonly directory: Directory;
  readonly history?: Circumstances['history'];
  readonly runningSince?: Circumstances['runningSince'];
}

export interface Judged {
  readonly assessment: Assessment;
  readonly approval: ApprovalState;
}

const bound = { connector: 'database', entitlements: ['*'] };

/** Judges a pull request as the app does, with the model in GitHub's place. */
export function judge(pull: OpenPull): Judged {
  const { base, head, tip, accepted, author, directory, now } = pull;
  const versions = { base: versionOf(base), head: versionOf(head), tip: versionOf(tip) };
  const landed = acceptedOf(controlFilesOf(head)).files;
  const proposal = readProposal({ ...versions, accepted, landed }, connectors);
  const hands = {
    author,
    commits: [],
    accounts: new Map(),
    pushers: pull.pushers.map((id) => (id === null ? null : { id })),
    directory,
  };
  const alone = contributorsOf({ ...hands, principals: [] });
  const assessment = assess(proposal, {
    directory,
    requester: directory.people.get(author.login) ?? {
      ...author,
      bot: false,
      member: false,
      canWrite: false,
    },
    now,
    connectors,
    connections: new Map([['orders-db', bound]]),
    runningSince: pull.runningSince ?? new Map(),
    history: pull.history ?? [],
    commitsSigned: true,
    soleContributor: alone.people.size === 1 && alone.unknown.length === 0,
  });
  const { changes, digest, requirements, otherFiles } = assessment;
  const approval = evaluateApprovals({
    reviews: pull.reviews,
    requirements,
    contributors: contributorsOf({
      ...hands,
      principals: changes.flatMap(({ after }) => after?.principal ?? []),
    }),
    digest,
    content: digest === null ? null : { changes, policyVersion: accepted.sha, otherFiles },
    directory,
    now,
    validFor: proposal.policies.settings.approvalValidFor,
  });
  return { assessment, approval };
}

function controlFilesOf(files: Files): Files {
  return Object.fromEntries(Object.entries(files).filter(([path]) => !isRequestsFile(path)));
}

/** What a move of the branch really changed. */
export function changesOf(before: Files, after: Files, accepted: AcceptedVersion): readonly EntryChange[] {
  const [was, is] = [versionOf(before), versionOf(after)];
  return readProposal({ base: was, head: is, tip: was, accepted }, connectors).changes;
}
