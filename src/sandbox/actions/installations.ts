import type { GitHub } from '../model/github.ts';
import type { Installation } from '../model/installation.ts';

/** Takes an app from its repositories: its tokens are worth nothing from then on. */
export function uninstall(github: GitHub, installation: Installation): void {
  github.installations.delete(installation.id);
  for (const [token, viewer] of github.tokens)
    if (viewer.kind === 'installation' && viewer.installation === installation) github.tokens.delete(token);
}

/** Installs an app where it was before: under another id. */
export async function installAgain(github: GitHub, before: Installation): Promise<Installation> {
  const installation = { ...before, id: github.nextId(), createdAt: github.now() };
  github.installations.set(installation.id, installation);
  await publishInstalled(github, installation);
  return installation;
}

/** An administrator of the organization installed it. */
export function publishInstalled(github: GitHub, installation: Installation): Promise<void> {
  const { app, account } = installation;
  const [admin] = [...account.members].find(([, role]) => role === 'admin') ?? [];
  return github.publish({
    event: 'installation',
    action: 'created',
    app,
    installation,
    sender: github.users.get(admin ?? 0) ?? app.bot,
  });
}
