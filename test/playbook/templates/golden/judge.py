"""Asks Ansible 2.14 what templates give. Needs Debian's ansible-core; the tests need only what it wrote.

python3 judge.py SOURCES.json ANSWERS.json          templates, as template files are rendered
python3 judge.py SOURCES.json ANSWERS.json wrap     expressions, each shown inside a list, so that types are seen

An answer that begins with '!' is a refusal. Refusals that only say that Python cannot hash or join something are left
out, as are complex numbers, expressions of JMESPath without a value, sets, sliced ranges and the repr of HTML-safe text.
"""
import json
import os
import signal
import sys
import warnings

os.environ['TZ'] = 'UTC'
sys.path.insert(0, '/usr/lib/python3/dist-packages')
warnings.filterwarnings('ignore')
from ansible.parsing.dataloader import DataLoader  # noqa: E402
from ansible.template import Templar  # noqa: E402
from ansible.utils.display import Display  # noqa: E402

Display.warning = lambda *args, **named: None
Display.deprecated = lambda *args, **named: None
HERE = os.path.dirname(os.path.abspath(__file__))
VARIABLES = json.load(open(os.path.join(HERE, 'variables.json')))
LEFT_OUT = ('unhashable type', 'can only concatenate', 'cannot represent', 'unsupported operand type', 'not JSON serializable',
            'Markup(', 'j)', 'range(', 'set()', '!timeout',
            '_Expression object')


class TooLong(Exception):
    pass


def stop(*_):
    raise TooLong()


signal.signal(signal.SIGALRM, stop)


def answer(template):
    templar = Templar(loader=DataLoader(), variables=VARIABLES)
    signal.alarm(5)
    try:
        return templar.do_template(template, preserve_trailing_newlines=True, escape_backslashes=False, convert_data=False)
    except TooLong:
        return '!timeout'
    except Exception as error:
        return '!' + str(error)
    finally:
        signal.alarm(0)


def main():
    wrap = len(sys.argv) > 3
    answers = []
    for source in json.load(open(sys.argv[1])):
        given = answer('{{ [' + source + '] }}' if wrap else source)
        if wrap and any(words in given for words in LEFT_OUT):
            continue
        answers.append([source, '!' if given.startswith('!') else given])
    with open(sys.argv[2], 'w') as file:
        file.write('[\n' + ',\n'.join(json.dumps(each, ensure_ascii=False) for each in answers) + '\n]\n')


main()
