import { requestKey } from '../../requests/access-request.ts';
import { violation, type Violation } from '../../requests/violation.ts';
import { isAmong } from '../directory.ts';
import { placeIn, samePrincipalNamed, type Asked, type Constraint } from '../evaluation.ts';
import { ownGrants, principalOf } from '../own-grants.ts';
import { samePrincipal, type PastGrant } from '../past-grant.ts';
import { endOfAccess, runningSince } from './how-long.ts';

/**
 * Break-glass (design, section 4): for whoever asks, if they are among those whom the role names; one at a time until it was reviewed; and
 * never extended, nor what extends other access. How long it may be is how-long.ts.
 */
export const emergencyRules: Constraint = (asked) => {
  const { entry, role, context } = asked;
  if (!entry.request.emergency) return extendsEmergency(asked) ? [longerEmergency(asked)] : [];
  if (!role.emergency)
    return [
      refuse(
        asked,
        `${role.name} is not given in an emergency.`,
        'Remove `emergency` and ask for an approval.',
      ),
    ];
  if (!context.directory) return [];
  return [...whoMay(asked), ...oneAtATime(asked), ...noExtension(asked)];
};

function refuse({ entry }: Asked, message: string, remedy: string): Violation {
  return violation(placeIn(entry, 'emergency'), 'emergency-not-allowed', message, remedy);
}

function whoMay(asked: Asked): Violation[] {
  const { role, context } = asked;
  const { directory, requester } = context;
  const requesters = role.emergency?.requesters ?? [];
  const principal = principalOf(asked);
  if (!directory || !requester) return [];
  return [
    ...(principal?.kind === 'user' && principal.id === requester.id
      ? []
      : [
          refuse(
            asked,
            'In an emergency people ask for themselves alone.',
            'Let whoever needs it open the pull request.',
          ),
        ]),
    ...(isAmong(directory, requester, requesters)
      ? []
      : [
          refuse(
            asked,
            `${requester.login} may not ask for ${role.name} in an emergency.`,
            requesters.length > 0
              ? `Let one of ${requesters.join(', ')} ask, or remove \`emergency\` and ask for an approval.`
              : 'Remove `emergency` and ask for an approval.',
          ),
        ]),
  ];
}

/** On whatever resource. */
function oneAtATime(asked: Asked): Violation[] {
  const { entry, context } = asked;
  const { history, alsoAsked, held = [] } = context;
  const principal = principalOf(asked);
  if (!principal) return [];
  if (!history) {
    const message = 'Whether an emergency of yours still waits for its review is not known.';
    const remedy = 'Remove `emergency` and ask for an approval, or tell the operator of Countersign.';
    return [violation(placeIn(entry, 'emergency'), 'condition-failed', message, remedy)];
  }
  const extended = runningGrant(asked);
  const open = history.find(
    (grant) =>
      grant !== extended &&
      grant.emergency &&
      (grant.live || !grant.reviewed) &&
      samePrincipal(grant.principal, principal),
  );
  const beside = (alsoAsked ?? held).find(
    (other) =>
      other.request.emergency && requestKey(other) !== requestKey(entry) && samePrincipalNamed(entry, other),
  );
  const other = open ?? beside;
  if (!other) return [];
  const why = open && !open.live ? 'was not reviewed yet' : 'is not over';
  const message = `An emergency of ${entry.request.principal.name} for ${other.role} on ${other.resource} ${why}, and there is one at a time.`;
  return [refuse(asked, message, 'Let it be reviewed first, or remove `emergency` and ask for an approval.')];
}

function noExtension(asked: Asked): Violation[] {
  if (runningSince(asked) === undefined) return [];
  const running = runningGrant(asked);
  if (!running?.emergency)
    return [
      refuse(
        asked,
        'Access that stands already is not extended in an emergency.',
        'Remove `emergency` and ask for an approval.',
      ),
    ];
  return extendsEmergency(asked) ? [longerEmergency(asked)] : [];
}

function longerEmergency(asked: Asked): Violation {
  const message = 'What was given in an emergency is not extended.';
  return refuse(asked, message, 'Undo the edit; when it has ended and was reviewed, ask anew.');
}

/** An edit of what runs by an emergency, unless that ends earlier by it. */
function extendsEmergency(asked: Asked): boolean {
  const running = runningGrant(asked);
  return (
    running !== undefined &&
    running.emergency &&
    (endOfAccess(asked) ?? Infinity) >= (running.approvedUntil ?? running.expiresAt)
  );
}

/** The grant that the entry would extend. */
function runningGrant(asked: Asked): PastGrant | undefined {
  const since = runningSince(asked);
  if (since === undefined) return undefined;
  return ownGrants(asked).find(({ live, startsAt }) => live && startsAt === since);
}
