// What the workload wants to know besides the host.
export const release = '20260801120000';
export const appPort = 8080;

/** The hosts as an inventory in Ansible's INI. */
export const inventoryOf = ({ user, key, knownHosts }, hosts) => `[web]
${hosts.map(({ name, port, listenPort, root }) => `${name} ansible_host=127.0.0.1 ansible_port=${port} listen_port=${listenPort} app_root=${root}`).join('\n')}

[web:vars]
ansible_user=${user}
ansible_ssh_private_key_file=${key}
ansible_ssh_common_args=-o UserKnownHostsFile=${knownHosts} -o IdentitiesOnly=yes
app_release=${release}
app_port=${appPort}
app_env=production
`;
