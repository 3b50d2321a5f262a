"""Writes what Ansible does as lines of JSON, for a test to compare. Loaded by ansible-playbook alone."""
import json
import os

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: judge
type: stdout
short_description: events as lines of JSON
description: One line for the end of each task on each host, and the recap.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "judge"

    def _say(self, **event):
        with open(os.environ["JUDGE_EVENTS"], "a", encoding="utf-8") as out:
            out.write(json.dumps(event, default=str) + "\n")

    def _ended(self, state, result):
        task = result._task
        self._say(
            host=result._host.get_name(),
            task=task.get_name().strip(),
            state=state,
            result=result._result,
        )

    def v2_runner_on_ok(self, result):
        self._ended("changed" if result._result.get("changed") else "ok", result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._ended("ignored" if ignore_errors else "failed", result)

    def v2_runner_on_skipped(self, result):
        self._ended("skipped", result)

    def v2_runner_on_unreachable(self, result):
        self._ended("unreachable", result)

    def v2_playbook_on_stats(self, stats):
        self._say(recap={host: stats.summarize(host) for host in stats.processed})
