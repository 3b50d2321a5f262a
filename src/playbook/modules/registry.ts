import { acl } from './acl.ts';
import { addHost } from './add_host.ts';
import { alternatives } from './alternatives.ts';
import { apt } from './apt.ts';
import { aptKey } from './apt_key.ts';
import { aptRepository } from './apt_repository.ts';
import { assemble } from './assemble.ts';
import { assert } from './assert.ts';
import { asyncStatus } from './async_status.ts';
import { authorizedKey } from './authorized_key.ts';
import { blockInFile } from './blockinfile.ts';
import { command } from './command.ts';
import { composer } from './composer.ts';
import { copy } from './copy.ts';
import { cron } from './cron.ts';
import { deb822Repository } from './deb822_repository.ts';
import { debconf } from './debconf.ts';
import { debug } from './debug.ts';
import { dnf } from './dnf.ts';
import { dockerComposeV2 } from './docker_compose_v2.ts';
import { dockerContainer } from './docker_container.ts';
import { dockerImage } from './docker_image.ts';
import { dockerImageBuild } from './docker_image_build.ts';
import { dockerImagePull } from './docker_image_pull.ts';
import { dockerContainerInfo, dockerImageInfo, dockerNetworkInfo, dockerVolumeInfo } from './docker_info.ts';
import { dockerNetwork } from './docker_network.ts';
import { dockerSwarmService } from './docker_swarm_service.ts';
import { dockerVolume } from './docker_volume.ts';
import { dpkgDivert } from './dpkg_divert.ts';
import { dpkgSelections } from './dpkg_selections.ts';
import { fail } from './fail.ts';
import { fetch } from './fetch.ts';
import { file } from './file.ts';
import { find } from './find.ts';
import { firewalld } from './firewalld.ts';
import { getUrl } from './get_url.ts';
import { getent } from './getent.ts';
import { git } from './git.ts';
import { group } from './group.ts';
import { groupBy } from './group_by.ts';
import { hostname } from './hostname.ts';
import { htpasswd } from './htpasswd.ts';
import { includeVars } from './include_vars.ts';
import { iniFile } from './ini_file.ts';
import { iptables } from './iptables.ts';
import { knownHosts } from './known_hosts.ts';
import { lineInFile } from './lineinfile.ts';
import { localeGen } from './locale_gen.ts';
import { meta } from './meta.ts';
import { modprobe } from './modprobe.ts';
import type { Module } from './module.ts';
import { mount } from './mount.ts';
import { mysqlDb } from './mysql_db.ts';
import { mysqlQuery } from './mysql_query.ts';
import { mysqlUser } from './mysql_user.ts';
import { npm } from './npm.ts';
import { opensslCsr } from './openssl_csr.ts';
import { opensslPrivateKey } from './openssl_privatekey.ts';
import { packageModule } from './package.ts';
import { packageFacts } from './package_facts.ts';
import { pause } from './pause.ts';
import { ping } from './ping.ts';
import { pip } from './pip.ts';
import { postgresqlDb } from './postgresql_db.ts';
import { postgresqlExt } from './postgresql_ext.ts';
import { postgresqlPing } from './postgresql_ping.ts';
import { postgresqlPrivs } from './postgresql_privs.ts';
import { postgresqlQuery } from './postgresql_query.ts';
import { postgresqlSchema } from './postgresql_schema.ts';
import { postgresqlUser } from './postgresql_user.ts';
import { raw } from './raw.ts';
import { reboot } from './reboot.ts';
import { replace } from './replace.ts';
import { rpmKey } from './rpm_key.ts';
import { script } from './script.ts';
import { service } from './service.ts';
import { serviceFacts } from './service_facts.ts';
import { setFact } from './set_fact.ts';
import { setStats } from './set_stats.ts';
import { setup } from './setup.ts';
import { shell } from './shell.ts';
import { slurp } from './slurp.ts';
import { stat } from './stat.ts';
import { supervisorctl } from './supervisorctl.ts';
import { synchronize } from './synchronize.ts';
import { sysctl } from './sysctl.ts';
import { systemd } from './systemd.ts';
import { systemdService } from './systemd_service.ts';
import { tempFile } from './tempfile.ts';
import { template } from './template.ts';
import { timezone } from './timezone.ts';
import { ufw } from './ufw.ts';
import { unarchive } from './unarchive.ts';
import { uri } from './uri.ts';
import { user } from './user.ts';
import { waitFor } from './wait_for.ts';
import { waitForConnection } from './wait_for_connection.ts';
import { x509Certificate } from './x509_certificate.ts';
import { yum } from './yum.ts';
import { yumRepository } from './yum_repository.ts';

/** The modules a playbook may use, by short name. */
export interface ModuleRegistry {
  /** By short or full name: `file`, `ansible.builtin.file`, `ansible.posix.mount`. */
  get(name: string): Module | undefined;
  names(): readonly string[];
  /** Files of `library/` that hold a module for Ansible's own engine, by the module's name. */
  readonly foreign?: ReadonlyMap<string, string>;
}

/** Collections whose modules are known by their short names. */
const collections =
  /^(?:ansible\.(?:builtin|legacy|posix|mysql)|community\.(?:general|crypto|docker|mysql|postgresql))\.(?=[a-z_0-9]+$)/;

/** A module's name without a collection that is known by heart. */
export const shortName = (name: string): string => name.replace(collections, '');

/** A registry of these modules. */
export const createRegistry = (modules: readonly Module[]): ModuleRegistry => {
  const byName = new Map(modules.map((module) => [module.name, module]));
  return { get: (name) => byName.get(shortName(name)), names: () => [...byName.keys()] };
};

/** A registry of every module of ours. */
export const bundledModules = (): ModuleRegistry =>
  createRegistry([
    acl,
    addHost,
    alternatives,
    apt,
    aptKey,
    aptRepository,
    assemble,
    assert,
    asyncStatus,
    authorizedKey,
    blockInFile,
    command,
    composer,
    copy,
    cron,
    deb822Repository,
    debconf,
    debug,
    dnf,
    dockerComposeV2,
    dockerContainer,
    dockerImage,
    dockerContainerInfo,
    dockerImageBuild,
    dockerImageInfo,
    dockerImagePull,
    dockerNetwork,
    dockerNetworkInfo,
    dockerSwarmService,
    dockerVolume,
    dockerVolumeInfo,
    dpkgDivert,
    dpkgSelections,
    fail,
    fetch,
    file,
    find,
    firewalld,
    getent,
    getUrl,
    git,
    group,
    groupBy,
    hostname,
    htpasswd,
    includeVars,
    iniFile,
    iptables,
    knownHosts,
    lineInFile,
    localeGen,
    meta,
    modprobe,
    mount,
    mysqlDb,
    mysqlQuery,
    mysqlUser,
    npm,
    opensslCsr,
    opensslPrivateKey,
    packageFacts,
    packageModule,
    pause,
    ping,
    pip,
    postgresqlDb,
    postgresqlExt,
    postgresqlPing,
    postgresqlPrivs,
    postgresqlQuery,
    postgresqlSchema,
    postgresqlUser,
    raw,
    reboot,
    replace,
    rpmKey,
    script,
    service,
    serviceFacts,
    setFact,
    setStats,
    setup,
    shell,
    slurp,
    stat,
    supervisorctl,
    synchronize,
    sysctl,
    systemd,
    systemdService,
    tempFile,
    template,
    timezone,
    ufw,
    unarchive,
    uri,
    user,
    waitFor,
    waitForConnection,
    x509Certificate,
    yum,
    yumRepository,
  ]);
