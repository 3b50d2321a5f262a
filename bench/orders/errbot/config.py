"""Errbot as it comes, with a chat on the loopback and without the plugin that asks a web site for new versions."""

import logging
import os

HERE = os.path.dirname(os.path.abspath(__file__))

BACKEND = "Loopback"
BOT_EXTRA_BACKEND_DIR = os.path.join(HERE, "backend")
BOT_EXTRA_PLUGIN_DIR = None
BOT_DATA_DIR = os.environ["BENCH_DATA"]
BOT_LOG_FILE = None
BOT_LOG_LEVEL = logging.WARNING
BOT_IDENTITY = {"username": "errbot"}
BOT_ADMINS = ("ada",)
AUTOINSTALL_DEPS = False
CORE_PLUGINS = (
    "ACLs",
    "Backup",
    "ChatRoom",
    "CommandNotFoundFilter",
    "Flows",
    "Health",
    "Help",
    "Plugins",
    "TextCmds",
    "Utils",
)
