import { fullName, type Repository } from '../model/repository.ts';
import type { App } from '../model/app.ts';
import type { Installation } from '../model/installation.ts';
import type { GitHub } from '../model/github.ts';
import { ownerUser } from './account.ts';
import type { Installation as InstallationPayload, Integration } from './descriptions.ts';
import { instant } from './instant.ts';
import { nodeId } from './node-id.ts';

/** An app as it stands in check runs and comments. */
export function integration(github: GitHub, app: App): Integration {
  return {
    id: app.id,
    client_id: clientId(app),
    slug: app.slug,
    node_id: nodeId('Integration', app.id),
    owner: ownerUser(github, app.owner),
    name: app.slug,
    description: '',
    external_url: `${github.url}/${app.owner.login}`,
    html_url: `${github.url}/apps/${app.slug}`,
    created_at: instant(app.createdAt),
    updated_at: instant(app.createdAt),
    permissions: app.permissions,
    events: app.events,
  };
}

export function installationPayload(github: GitHub, installation: Installation): InstallationPayload {
  const { id, app, account } = installation;
  return {
    id,
    client_id: clientId(app),
    account: ownerUser(github, account),
    repository_selection: 'selected',
    access_tokens_url: `${github.url}/app/installations/${id}/access_tokens`,
    repositories_url: `${github.url}/installation/repositories`,
    html_url: `${github.url}/organizations/${account.login}/settings/installations/${id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: account.id,
    target_type: 'Organization',
    permissions: app.permissions,
    events: app.events,
    created_at: instant(installation.createdAt),
    updated_at: instant(installation.createdAt),
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: null,
    suspended_at: null,
  };
}

/** A repository as the installation webhooks list it. */
export function installedRepository(repository: Repository) {
  return {
    id: repository.id,
    node_id: nodeId('Repository', repository.id),
    name: repository.name,
    full_name: fullName(repository),
    private: repository.private,
  };
}

function clientId(app: App): string {
  return `Iv1.${app.id.toString(16).padStart(16, '0')}`;
}
