import type { Meanings } from './meaning.ts';

/** What ends or hinders a plan, a run or a step. */
export const runs = {
  'plan.beyond': { means: 'The plan would reach hosts for which there is no right; nothing was asked there.' },
  'plan.faulty': { means: 'The plan has a fault, so that nothing was started.', next: 'Read the steps of the plan.' },
  'plan.unknown': { means: 'What a step would do depends on an earlier step: only the run can tell.' },
  'run.already_resumed': { means: 'The run was resumed already.', next: 'See the run that went on with it.' },
  'run.approvals_lost': {
    means: 'By the rules of now the run has too few approvals; nothing was run.',
    next: 'Give the order again, and have it approved.',
  },
  'run.bot_died': {
    means: 'The bot stopped while the run went on.',
    next: 'Resume it: what is done is not done again.',
    retryable: true,
  },
  'run.broke_off': {
    means: 'The run broke off inside the bot.',
    next: 'Look at the log of the bot, then resume the run.',
  },
  'run.cancelled': { means: 'The run was cancelled, before it began or half-way; what it had changed stays.' },
  'run.cannot_begin': {
    means: 'The beginning of the run cannot be written down, so nothing is run.',
    next: 'Wait: the bot tries again by itself.',
    retryable: true,
  },
  'run.drifted': {
    means: 'A host, a file, a variable or the list of hosts is no longer as planned; the run stopped before that.',
    next: 'Give the order again to see the new plan.',
  },
  'run.end_not_seen': {
    means: 'Nobody saw how an earlier attempt of a step ended; it is not done a second time.',
    next: 'Look at the host, then give the order again as a new run.',
  },
  'run.executor_broken': { means: 'The process that plays playbooks failed.', next: 'Look at the log of the bot.' },
  'run.hosts_failed': { means: 'The run did not succeed on some hosts.', next: 'See the failed steps.' },
  'run.not_stored': {
    means: 'The steps of the run could not be stored, so it was stopped after the task under way.',
    next: 'Look at the disk of the bot, then resume the run.',
  },
  'run.interrupted': {
    means: 'The bot was stopped, and the run with it.',
    next: 'Resume it: what is done is not done again.',
    retryable: true,
  },
  'run.no_hosts': {
    means: 'The playbook and the order have no host in common.',
    next: 'Name hosts this playbook is made for.',
  },
  'run.no_journal': {
    means: 'The journal that keeps a command from running twice cannot be written on the host.',
    next: 'Look at the disk and the home of the user.',
  },
  'run.no_plan': { means: 'The plan of the run is not in the store.', next: 'Give the order again.' },
  'run.nobody_asks': {
    means: 'Who asked for the run, or its command, is no longer known; nothing was run.',
    next: 'Give the order again.',
  },
  'run.none': {
    means: 'No run is under way, or none is to be resumed, that the actor may name.',
    next: 'Type `runs` to see them all.',
  },
  'run.not_allowed': {
    means: 'The actor may not cancel or resume this run.',
    next: 'Ask who started it, or someone with the right on its hosts.',
  },
  'run.not_found': { means: 'There is no such run.', next: 'Type `runs` to see them.' },
  'run.not_begun': {
    means: 'Nothing of the run was begun, and another changed the same hosts since: its plan is no longer right.',
    next: 'Give the order again to see the new plan.',
  },
  'run.not_resumable': {
    means: 'There is nothing to go on with in this run.',
    next: 'Send the order again for a new plan.',
  },
  'run.stop_unwritten': {
    means: 'A run was told to stop, and that could not be written down.',
    next: 'It stops all the same. The bot writes it down as soon as it can: look after its disk. Into an audit that was cut it cannot: see `audit.cut`.',
    retryable: true,
  },
  'run.over': { means: 'The run is over already.' },
  'run.plan_mismatch': {
    means: 'The plan is not the one that was made for this order.',
    next: 'Give the order again to see the new plan.',
  },
  'run.right_lost': {
    means: 'Who asked for the run may no longer do it on all its hosts; nothing was run.',
    next: 'Ask for one of the roles that are named.',
  },
  'run.of_a_copy': {
    means: 'The run was not over when the copy of the store was made that was put back; it may have been done since.',
    next: 'Look at its hosts, then send the order again.',
  },
  'run.secret_gone': {
    means: 'A secret the plan was made with is another one now, or gone.',
    next: 'Give the order again to see the new plan.',
  },
  'run.too_many_failed': { means: 'More hosts failed than the play allows.', next: 'See the failed steps.' },
  'run.cut_before': {
    means:
      'A run was cut on a host of this one, and what it began may still go on there; so this one was not begun by itself.',
    next: 'Look at the host; then resume the run that was cut, or give the order again and confirm it.',
  },
  'run.stale': {
    means: 'The run waited in the queue while the bot was away for long, so it was not begun.',
    next: 'Resume it if it is still wanted, or plan it again.',
  },
  'run.waiting': {
    means:
      'The run waits for one that has the same application or host before it, or for one of those that go on to end.',
    next: 'Wait, or cancel one of them.',
    retryable: true,
  },
  'run.worker_died': {
    means: 'The process that plays playbooks died; it is being started again.',
    next: 'Try again in a moment.',
    retryable: true,
  },
  'run.worker_stuck': {
    means: 'The process that plays playbooks gave no sign of life for a minute, and was ended with all that it played.',
    next: 'Look for a module or template of your own that loops for ever, in what was played last.',
  },
  'step.broken': { means: 'A module broke on this task.', next: 'Look at the log of the bot.' },
  'step.cancelled': { means: 'The run was cancelled while the step only looked; it changed nothing.' },
  'step.environment': { means: 'A name in `environment` cannot name an environment variable.', next: 'Correct it.' },
  'step.failed': { means: 'The task failed on the host; the sentence says how.' },
  'step.fetch_not_written': {
    means: 'A file that was fetched from a host could not be written here.',
    next: 'Look at the disk of the bot, and whether it may write there.',
  },
  'step.fetch_outside': {
    means: 'A task would fetch a file to a place outside the folder for fetched files.',
    next: 'Write `dest: fetched/…`.',
  },
  'step.file_outside': {
    means: 'A file is outside the folders that playbooks may read.',
    next: 'Put it beside the playbook.',
  },
  'step.is_folder': { means: 'A task wants a file and was given a folder.', next: 'Name a file.' },
  'step.killed': {
    means: 'The step was killed because the run was cancelled.',
    next: 'Look at the host: the step may be half done.',
  },
  'step.loop': { means: 'What a task loops over is no list.', next: 'Correct the loop.' },
  'step.lost': {
    means: 'The connection broke while the step ran: nobody saw its end.',
    next: 'Look at the host, then try again.',
    retryable: true,
  },
  'step.no_delegate': {
    means: 'A task is delegated to a host that is not in the inventory.',
    next: 'Add it to the inventory, with how to reach it.',
  },
  'step.no_facts': { means: 'The facts of a host could not be read.', next: 'Check that the host has a POSIX shell.' },
  'step.no_file': { means: 'A file that a task needs is not there.', next: 'Correct the name, or add the file.' },
  'step.no_folder': { means: 'No temporary folder can be made on the host.', next: 'Look at its disk and `/tmp`.' },
  'step.no_host': {
    means: 'Which hosts a play is about cannot be told yet, or one of them was only added by `add_host`.',
  },
  'step.not_left_running': {
    means: 'A task of this module cannot be left running (`poll: 0`).',
    next: 'Leave out `poll: 0`: then it is waited for.',
  },
  'run.variable_set': {
    means: 'A variable was named in chat that the team wrote already: it would be replaced.',
    next: 'Leave it out, or have the playbook ask for it: `vars_prompt`, or a default of a role.',
  },
  'run.variable_text': {
    means:
      'A variable was given more than one plain word, in chat or by a plugin, and the playbook asks for no text there.',
    next: 'Type one word, or have the playbook ask for text: `vars_prompt` with `unsafe: true`.',
  },
  'step.no_module': { means: 'There is no such module.', next: 'Correct the name of the module.' },
  'step.no_regular_file': {
    means: 'A file that a task needs is a pipe, a socket or a device.',
    next: 'Put a regular file there, or take it away.',
  },
  'step.too_large': { means: 'A file is too large to be read.', next: 'Use a smaller one.' },
  'step.typed_account': {
    means: 'What a person typed would decide, by a variable or a keyword, as whom a task is done.',
    next: 'Write the account in the playbook.',
  },
  'step.typed_in_line': {
    means: 'What a person typed would begin a new line in a file or a setting.',
    next: 'Type it on one line; in a text of several, write `{{ name | to_json }}` in the playbook.',
  },
  'step.typed_in_list': {
    means: 'What a person typed would be more than one entry of a list.',
    next: 'Type one entry; for several, the playbook needs a variable for each.',
  },
  'step.typed_in_path': {
    means: 'What a person typed would be nothing, lead upwards, or be more than one name, in a path or an address.',
    next: 'Type one name, without `/` and `..`.',
  },
  'step.typed_in_pattern': {
    means: 'What a person typed would be read as a pattern, and stand for more than itself.',
    next: 'Write `{{ name | regex_escape }}` in the playbook, or type letters and digits only.',
  },
  'step.typed_in_shell': {
    means:
      'What a person typed would be read by a shell, a command, cron or a database as more than one plain word, as an option, or as part of a program, or is more than a value in an environment.',
    next: 'Write `{{ name | quote }}` in the playbook, without quotes of your own around it, behind `--`, and outside of any program text such as that of `sh -c`; for SQL, use `named_args`.',
  },
  'step.undecided': { means: 'The step needs a result that was not kept.', next: 'Give the order again as a new run.' },
  'step.until': { means: 'After all its attempts the task is not as `until` wants it.' },
} as const satisfies Meanings<'plan' | 'run' | 'step'>;
