const shells = /^#!.*[\s/](?:sh|ash|bash|dash|ksh|mksh|zsh)(?:\s|$)/;
const ofCron = /^\/etc\/(?:cron\.d\/|crontab$)|^\/var\/spool\/cron\//;
const ofShells = /\.sh$|\/\.?profile$|\/\.(?:bashrc|bash_profile|bash_login|bash_logout|zshrc|zprofile|zshenv|kshrc)$/;

/** Who reads the text of a file later: a shell or cron, where its first line or its place says so. */
export function readerOf(text: string, place: string): 'shell' | 'cron' | undefined {
  const [first = ''] = text.replace(/^#jinja2:[^\n]*\n/, '').split('\n', 1);
  if (first.startsWith('#!')) return shells.test(first) ? 'shell' : undefined;
  if (ofCron.test(place)) return 'cron';
  return ofShells.test(place) ? 'shell' : undefined;
}
