import type { Json, JsonObject } from '#core/json.ts';

type Words = readonly string[];

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

const textsOf = (value: Json | undefined): Words => (Array.isArray(value) ? value.map(String) : []);

/** `!` in front of a value stands before its option. */
const option = (name: string, value: Json | undefined): Words => {
  const text = textOf(value);
  if (text === '') return [];
  return text.startsWith('!') ? ['!', name, text.slice(1).trim()] : [name, text];
};

const joined = (name: string, value: Json | undefined): Words => {
  const texts = textsOf(value);
  return texts.length === 0 ? [] : [name, texts.join(',')];
};

const match = (name: string, ...values: readonly (Json | undefined)[]): Words =>
  values.some((value) => textOf(value) !== '' || textsOf(value).length > 0) ? ['-m', name] : [];

const tcpFlags = (value: Json | undefined): Words => {
  const { flags, flags_set: set } = (value ?? {}) as JsonObject;
  if (!Array.isArray(flags) || !Array.isArray(set)) return [];
  return ['--tcp-flags', flags.join(','), set.length === 0 ? 'NONE' : set.join(',')];
};

const states = (args: JsonObject, matches: Words): Words => {
  if (matches.includes('conntrack')) return joined('--ctstate', args.ctstate);
  if (matches.includes('state')) return joined('--state', args.ctstate);
  return [...match('conntrack', args.ctstate), ...joined('--ctstate', args.ctstate)];
};

const ranges = (args: JsonObject, matches: Words): Words => [
  ...(matches.includes('iprange') ? [] : match('iprange', args.src_range, args.dst_range)),
  ...option('--src-range', args.src_range),
  ...option('--dst-range', args.dst_range),
];

const sets = (args: JsonObject, matches: Words): Words => {
  const named = option('--match-set', args.match_set);
  if (named.length === 0) return [];
  const flags = textOf(args.match_set_flags);
  return [...(matches.includes('set') ? [] : ['-m', 'set']), ...named, ...(flags === '' ? [] : [flags])];
};

const syn = (args: JsonObject): Words =>
  args.syn === 'match' ? ['--syn'] : args.syn === 'negate' ? ['!', '--syn'] : [];

/* The option stands alone; Ansible gives it a value, which iptables refuses. */
const fragment = (value: string): Words => (value === '' ? [] : value.startsWith('!') ? ['!', '-f'] : ['-f']);

/** What the rule jumps to, when nothing says it outright. */
const jumpOf = (args: JsonObject): string => {
  const jump = textOf(args.jump);
  if (jump !== '') return jump;
  return textOf(args.log_prefix) === '' && textOf(args.log_level) === '' ? '' : 'LOG';
};

/** The words of a rule, in Ansible's order; empty when the arguments describe none. */
export const ruleWords = (args: JsonObject): Words => {
  const matches = textsOf(args.match);
  const jump = jumpOf(args);
  const icmp = args.ip_version === 'ipv6' ? '--icmpv6-type' : '--icmp-type';
  return [
    ...option('-p', args.protocol),
    ...option('-s', args.source),
    ...option('-d', args.destination),
    ...matches.flatMap((one) => option('-m', one)),
    ...tcpFlags(args.tcp_flags),
    ...option('-j', jump),
    ...(jump.toUpperCase() === 'TEE' ? option('--gateway', args.gateway) : []),
    ...option('--log-prefix', args.log_prefix),
    ...option('--log-level', args.log_level),
    ...option('--to-destination', args.to_destination),
    ...match('multiport', args.destination_ports),
    ...joined('--dports', args.destination_ports),
    ...option('--to-source', args.to_source),
    ...option('-g', args.goto),
    ...option('-i', args.in_interface),
    ...option('-o', args.out_interface),
    ...fragment(textOf(args.fragment)),
    ...option('--source-port', args.source_port),
    ...option('--destination-port', args.destination_port),
    ...option('--to-ports', args.to_ports),
    ...option('--set-dscp', args.set_dscp_mark),
    ...option('--set-dscp-class', args.set_dscp_mark_class),
    ...syn(args),
    ...states(args, matches),
    ...ranges(args, matches),
    ...sets(args, matches),
    ...match('limit', args.limit, args.limit_burst),
    ...option('--limit', args.limit),
    ...option('--limit-burst', args.limit_burst),
    ...match('owner', args.uid_owner),
    ...option('--uid-owner', args.uid_owner),
    ...match('owner', args.gid_owner),
    ...option('--gid-owner', args.gid_owner),
    ...(jump === '' && textOf(args.reject_with) !== '' ? ['-j', 'REJECT'] : []),
    ...option('--reject-with', args.reject_with),
    ...option(icmp, args.icmp_type),
    ...match('comment', args.comment),
    ...option('--comment', args.comment),
  ];
};

/** How a new rule begins to count; no part of what a rule is. */
export const counterWords = (args: JsonObject): Words => {
  const text = textOf(args.set_counters).trim();
  return text === '' ? [] : ['-c', ...text.split(/[\s,]+/)];
};
