/** KV key of a tenant's last good copy (cache.ts): JSON of StoredTenant, secrets sealed. */
export const tenantCopyKey = (name: string): string => `tenant:${name}`;
