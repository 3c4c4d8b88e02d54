import type { RestEndpointMethodTypes } from '@octokit/rest';

type Methods = RestEndpointMethodTypes;

/** What GitHub's own API description says of each object: the compiler holds the payloads to it. */
export type FullRepository = Methods['repos']['get']['response']['data'];
export type FullPull = Methods['pulls']['get']['response']['data'];
export type ListedPull = Methods['pulls']['list']['response']['data'][number];
export type SimpleUser = FullPull['user'];
export type Review = Methods['pulls']['getReview']['response']['data'];
export type CheckRun = Methods['checks']['get']['response']['data'];
export type Annotation = Methods['checks']['listAnnotations']['response']['data'][number];
export type CheckSuite = Methods['checks']['getSuite']['response']['data'];
export type Reaction = Methods['reactions']['createForIssueComment']['response']['data'];
export type Commit = Methods['repos']['getCommit']['response']['data'];
export type GitCommit = Methods['git']['getCommit']['response']['data'];
export type DiffEntry = NonNullable<Commit['files']>[number];
export type Comment = Methods['issues']['getComment']['response']['data'];
export type Integration = NonNullable<Methods['apps']['getAuthenticated']['response']['data']>;
export type Installation = Methods['apps']['getInstallation']['response']['data'];
export type Team = Methods['teams']['list']['response']['data'][number];
export type FullTeam = Methods['teams']['getByName']['response']['data'];
export type SimpleTeam = NonNullable<Team['parent']>;
export type OrganizationSimple = Methods['orgs']['listForAuthenticatedUser']['response']['data'][number];
export type OrganizationInvitation = Methods['orgs']['listPendingInvitations']['response']['data'][number];
export type FullOrganization = Methods['orgs']['get']['response']['data'];
export type Activity = Methods['repos']['listActivities']['response']['data'][number];
export type GitRef = Methods['git']['getRef']['response']['data'];
export type Status = Methods['repos']['createCommitStatus']['response']['data'];
export type Ruleset = Methods['repos']['getRepoRuleset']['response']['data'];
export type Label = Methods['issues']['listLabelsOnIssue']['response']['data'][number];
export type AuthorAssociation = FullPull['author_association'];
