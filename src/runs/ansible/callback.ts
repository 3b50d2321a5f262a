/** What the plugin says where something is to run on the bot’s own machine. */
export const refusesLocal = 'quarterdeck:not-here';

/**
 * What Ansible tells us through, as a callback plugin of its own: a line of JSON for each thing that happens. It also answers
 * what `vars_prompt` asks, keeps a plan from doing anything (`check_mode: false`), ends at a task's end when it is to stop,
 * and lets nothing run on this machine unless that is meant.
 */
export const callbackSource = `from __future__ import (absolute_import, division, print_function)
__metaclass__ = type

DOCUMENTATION = '''
    name: quarterdeck
    type: stdout
    short_description: tells Quarterdeck what happens
    description: one line of JSON for each thing that happens
'''

import functools
import hashlib
import json
import os
import sys

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.parsing.ajson import AnsibleJSONEncoder
from ansible.plugins.callback import CallbackBase
from ansible.utils.display import Display

MOST = 64 * 1024
LARGE = 2 * MOST


def given(name):
    return os.environ.get('QUARTERDECK_' + name, '')


def strictly(method):
    """Ansible goes on where a callback fails; nobody would see what it does."""
    @functools.wraps(method)
    def inner(*args, **kwargs):
        try:
            return method(*args, **kwargs)
        except Exception as failed:
            sys.stderr.write('ERROR! the callback plugin quarterdeck failed: %r\\n' % (failed,))
            raise KeyboardInterrupt()
    return inner


def short(value, most=MOST):
    """Long texts keep their end; a side of a difference its beginning, with what tells it from another."""
    if isinstance(value, dict):
        return dict((str(key), short(one, most)) for key, one in value.items())
    if isinstance(value, (list, tuple)):
        return [short(one, most) for one in value]
    if isinstance(value, str) and len(value) > most:
        if most == LARGE:
            digest = hashlib.sha256(value.encode('utf-8', 'replace')).hexdigest()
            return value[:most] + '\\n... (sha256 ' + digest + ')\\n'
        return value[-most:]
    return value


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = 'stdout'
    CALLBACK_NAME = 'quarterdeck'

    def __init__(self, *args, **kwargs):
        super(CallbackModule, self).__init__(*args, **kwargs)
        self.out = os.fdopen(os.dup(int(given('EVENTS'))), 'w', encoding='utf-8')
        self.plans = given('PLANS') == '1'
        self.stop = given('STOP')
        self.answers = {}
        with open(given('ANSWERS'), encoding='utf-8') as file:
            self.answers = json.load(file)
        self.answer_prompts()
        if given('HERE') != '1':
            self.refuse_local()
        open(given('READY'), 'w').close()

    def answer_prompts(self):
        answers = self.answers
        ask = Display.do_var_prompt

        def answer(display, varname, *args, **kwargs):
            names = ('private', 'prompt', 'encrypt', 'confirm', 'salt_size', 'salt', 'default', 'unsafe')
            said = dict(zip(names, args))
            said.update(kwargs)
            if varname in answers:
                said['default'] = answers[varname]
                said['unsafe'] = True
            elif said.get('default') is None:
                raise AnsibleError('nobody answered what vars_prompt asks: ' + varname)
            return ask(display, varname, **said)

        Display.do_var_prompt = answer

    def refuse_local(self):
        import ansible.plugins.connection.local as local

        def refuse(*args, **kwargs):
            raise AnsibleConnectionFailure(given('REFUSES_LOCAL'))

        for name in ('exec_command', 'put_file', 'fetch_file'):
            setattr(local.Connection, name, refuse)

    def tell(self, kind, **what):
        self.out.write(json.dumps(dict(what, kind=kind), cls=AnsibleJSONEncoder) + '\\n')
        self.out.flush()

    def begins(self, task, handler):
        if self.stop and os.path.exists(self.stop):
            raise KeyboardInterrupt()
        if self.plans and task.check_mode is not True:
            task.check_mode = True
        name = task.get_name().strip()
        self.tell('task', uuid=task._uuid, name=name, module=task.action, handler=handler)

    def is_untold(self, one, alone):
        """A task that a condition or an empty loop skips says so; any other was skipped because it only looks."""
        return bool(alone or one.get('skipped')) and 'skip_reason' not in one and 'skipped_reason' not in one

    def ends(self, how, result):
        said = result._result
        task = result._task
        kept = dict((key, value) for key, value in said.items()
                    if not str(key).startswith('_ansible_') and key not in ('invocation', 'exception', 'diff', 'results', 'ansible_facts'))
        parts = said.get('results')
        items = parts if task.loop is not None and isinstance(parts, list) else [said]
        items = [one for one in items if isinstance(one, dict)]
        diffs = []
        for one in items:
            found = one.get('diff') or []
            for diff in found if isinstance(found, list) else [found]:
                if isinstance(diff, dict) and (one.get('changed') or how != 'ok'):
                    diffs.append(diff)
        delegated = said.get('_ansible_delegated_vars') or {}
        hidden = 'censored' in said
        self.tell(
            'end', how=how, uuid=task._uuid, host=result._host.get_name(),
            on=delegated.get('ansible_delegated_host'),
            result=short(kept), diffs=short(diffs, LARGE),
            untold=how == 'skipped' and (hidden or any(self.is_untold(one, one is said) for one in items)),
            hidden=hidden)

    @strictly
    def v2_playbook_on_play_start(self, play):
        self.tell('play', name=play.get_name().strip())

    @strictly
    def v2_playbook_on_task_start(self, task, is_conditional):
        self.begins(task, False)

    @strictly
    def v2_playbook_on_handler_task_start(self, task):
        self.begins(task, True)

    @strictly
    def v2_playbook_on_cleanup_task_start(self, task):
        self.begins(task, False)

    @strictly
    def v2_runner_on_start(self, host, task):
        self.tell('begin', uuid=task._uuid, host=host.get_name())

    @strictly
    def v2_runner_on_ok(self, result):
        self.ends('ok', result)

    @strictly
    def v2_runner_on_skipped(self, result):
        self.ends('skipped', result)

    @strictly
    def v2_runner_on_failed(self, result, ignore_errors=False):
        self.ends('ignored' if ignore_errors else 'failed', result)

    @strictly
    def v2_runner_on_unreachable(self, result):
        self.ends('unreachable', result)

    @strictly
    def v2_playbook_on_stats(self, stats):
        names = sorted(stats.processed.keys())
        self.tell('recap', hosts=dict((name, stats.summarize(name)) for name in names))
`;
