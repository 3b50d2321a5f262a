import { createVault, type Vault, type VaultSecret } from '#playbook/vault.ts';

/** The passwords of the configuration. */
export const vaultSecretsOf = (settings: {
  readonly vault: Readonly<Record<string, string>>;
}): readonly VaultSecret[] => Object.entries(settings.vault).map(([id, password]) => ({ id, password }));

/** The vault of the configuration, where what it opens is shown nowhere. */
export const vaultOf = (settings: { readonly vault: Readonly<Record<string, string>> }): Vault =>
  createVault(vaultSecretsOf(settings));
