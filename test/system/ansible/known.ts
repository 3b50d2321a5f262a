/** Differences that stay, and that no case can show because the playbook is refused, or because it is how we work. */
export const knownDifferences: readonly { readonly what: string; readonly why: string }[] = [
  {
    what: 'The bot runs nothing on its own machine: `connection: local` and `localhost` work with `quarterdeck run` and `plan` in a terminal; from chat they are refused, unless the inventory says how to reach that machine by SSH',
    why: 'the controller is the bot, which holds everybody’s keys',
  },
  {
    what: '`ansible_check_mode` is always false',
    why: 'a plan says what a run will do, so to the playbook it is a run; steps that leave themselves out in check mode would be no part of the plan',
  },
  {
    what: 'Facts are gathered once per host, and only when something uses one; the recap counts the gathering as Ansible does',
    why: 'each gathering is a round trip',
  },
  {
    what: '`~/.ansible/tmp` is not made on hosts',
    why: 'nothing is copied there to be run',
  },
  {
    what: 'A file that `copy` or `template` makes as another unprivileged user has the mode its umask gives (0644); Ansible’s has 0604 where `setfacl` is installed',
    why: 'theirs is left over from the access list of a temporary file',
  },
  {
    what: '`raw` and `script` give error output apart, in `stderr`, and lines that end in `\\n`',
    why: 'Ansible runs them on a terminal, which mixes both into `stdout` with `\\r\\n`',
  },
  {
    what: '`cron` refuses a name, a job or a time of more than one line',
    why: 'what comes after the first would be a line of the crontab of its own',
  },
  {
    what: '`mount` with `state: absent` also removes a line of `fstab` that leaves out the last two fields',
    why: 'Ansible overlooks such a line, and says that nothing was to be done',
  },
  {
    what: '`iptables` with `flush` changes nothing where there is no rule',
    why: 'Ansible says each time that it changed something',
  },
  {
    what: '`iptables` without a rule makes or removes its chain with `chain_management`, and else does nothing',
    why: 'Ansible 2.14 adds an empty rule, or says it removed a chain that stays',
  },
  {
    what: 'Handlers cannot be blocks',
    why: 'they are named and notified one by one',
  },
  {
    what: 'A name that `add_host` adds and the inventory does not know holds variables only: a play that selects it is refused, under whatever address; and neither `add_host` nor the variables of a group made by `group_by` change how a host is reached',
    why: 'what a plan names is all that a run touches, and the inventory says what that is',
  },
  {
    what: '`fetch` writes below a folder `fetched` only, in the playbooks folder or beside the playbook; the different files of two hosts never go to one place; what it brings is for the bot alone (0600)',
    why: 'what a host gives must not become a playbook, and the controller holds everybody’s keys',
  },
  {
    what: '`ufw` says that it changed a default policy also while the firewall is off, or for routed packets while the host routes none; and reading the rules again while it is off changes nothing',
    why: 'Ansible compares what the firewall says when it is on, and takes any reloading for a change',
  },
  {
    what: '`assemble` with `remote_src: false` puts one end of line after a delimiter, also where the delimiter ends with one; and a delimiter’s escapes are undone once',
    why: 'so Ansible documents it; of fragments on the controller its 2.14 makes an empty line, and it undoes escapes again for each fragment',
  },
  {
    what: '`htpasswd` says that it changed something when only mode or owners changed, and leaves empty lines as they are; a name may be there already without a password being given',
    why: 'Ansible sets mode and owners and says that nothing changed, removes empty lines and says nothing, and ends with an error of Python’s',
  },
  {
    what: '`x509_certificate` refuses a request whose signature is not valid, or that is for another key than `privatekey_path`; `serial_number` is text',
    why: 'Ansible would make the certificate anew each time; and the number has more digits than a number keeps here',
  },
  {
    what: '`openssl_csr` and `x509_certificate` refuse alternative names of the kinds `dirName` and `otherName`; subjects hold the attributes that openssl knows by name',
    why: 'they are made by the host’s `openssl`, and read here',
  },
  {
    what: '`rpm_key` looks at every key of a file: those that are missing are imported, and with `fingerprint` each of them must be named',
    why: 'Ansible 2.14 looks at the first one only, and imports them all',
  },
  {
    what: '`synchronize` sends files of the controller from the folders that playbooks may read, over the bot’s own connection and without rsync: the options of rsync that it takes are `--exclude`, `--include` and their `-from`, `--chmod`, `--chown`, `--no-…` of what `archive` switches on, `--omit-dir-times`, `--numeric-ids`, `--ignore-existing`, `--delete-excluded`, `--checksum`; `.rsync-filter` files in the folder are refused; links have the time at which they were made',
    why: 'the bot’s keys and connections are its own, and no program of the controller gets them',
  },
  {
    what: '`synchronize` without `times` compares contents, and changes nothing a second time',
    why: 'Ansible’s sends everything again each time',
  },
  {
    what: '`synchronize` with `mode: pull` works where both ends are on one host; `fetch` brings files to the controller',
    why: 'what a host gives must not become a playbook',
  },
  {
    what: '`synchronize` goes from the controller to a host, or stays on one host with `delegate_to: "{{ inventory_hostname }}"`; it does not go from one host to another, and `rsync://` is refused',
    why: 'hosts would need keys for each other',
  },
  {
    what: '`mysql_query` says that it changed something for every statement that does more than read: also GRANT, CALL, SET GLOBAL, LOAD DATA',
    why: 'Ansible looks for nine words (INSERT, CREATE…), and calls everything else unchanged',
  },
  {
    what: '`mysql_query` gives two columns of one name as `a` and `a.2`, with their values as texts; values of CALL and RETURNING, and of tables that are gone when the task ends, are texts as well',
    why: 'types are asked of the server afterwards, by questions that give no rows',
  },
  {
    what: '`mysql_query` cannot run what a server does not prepare, such as LOCK TABLES, and on MySQL CREATE PROCEDURE; the server says so',
    why: 'the client of the host has words of its own, and what is prepared never comes before it as words',
  },
  {
    what: '`docker_compose_v2` with `state: stopped` and `services` looks at these services only',
    why: 'Ansible stops them again, and says that it changed something, for as long as another service of the project runs',
  },
  {
    what: '`docker_swarm_service` leaves as it is what a task does not say; `cap_add` and `cap_drop` make a service anew; `resolve_image: true` is refused',
    why: 'Ansible puts what is left out back to Docker’s defaults, but only when something else changes; the docker command cannot take such a right away again; and what a registry will say, no plan can foresee',
  },
  {
    what: '`known_hosts` without `key` leaves the lines of authorities and what is revoked, and says nothing of them; it keeps no copy `.old` of the file; and a line that ssh cannot read stands in nobody’s way',
    why: 'Ansible leaves those lines too, and says each time that it changed something; the copy, and the refusal of such a file, are `ssh-keygen`’s',
  },
  {
    what: '`uri` with `dest` keeps what comes with a status of an error that is wanted; in a folder the file is called as the address is; parts of a form are sent as they are, without base64; `force` gets the file anew also where it is the newest',
    why: 'Ansible’s file is then empty; what a header would call it is known only after the plan; few servers undo base64 in a form; and Ansible 2.14 takes `force` and forgets it',
  },
];
