/** The event that is acknowledged: a changed ticket, as a portal posts it. */
export const TOKEN = 'bench-token-0123456789abcdef';

export function eventBody(): string {
  const fields = {
    event: 'ONCRMDEALUPDATE',
    event_handler_id: '201',
    'data[FIELDS][ID]': '759',
    ts: '1736405807',
    'auth[access_token]': 'fixture-access-token-000000000001',
    'auth[expires_in]': '3600',
    'auth[scope]': 'crm',
    'auth[domain]': 'portal.example',
    'auth[server_endpoint]': 'https://oauth.example/rest/',
    'auth[status]': 'F',
    'auth[client_endpoint]': 'https://portal.example/rest/',
    'auth[member_id]': 'fedcba98765432100123456789abcdef',
    'auth[application_token]': TOKEN,
  };
  return new URLSearchParams(fields).toString();
}
