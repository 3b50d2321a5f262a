"""Adds to each case of a file what Ansible's own modules make of it: python3 judge.py cases.json edits.json"""
import io, json, os, sys, tempfile, contextlib, importlib
sys.path.insert(0, '/usr/lib/python3/dist-packages')
from ansible.module_utils import basic
mods = {n: importlib.import_module('ansible.modules.'+n) for n in ('lineinfile','blockinfile','replace')}
mods['ini_file'] = importlib.import_module('ansible_collections.community.general.plugins.modules.ini_file')
import warnings; warnings.simplefilter('ignore')
out = []
d = tempfile.mkdtemp()
for i, case in enumerate(json.load(open(sys.argv[1]))):
    p = os.path.join(d, 'f')
    if os.path.exists(p): os.unlink(p)
    if case.get('text') is not None: open(p, 'wb').write(case['text'].encode('latin-1'))
    args = dict(case['args'], path=p, _ansible_remote_tmp=d, _ansible_keep_remote_files=False, _ansible_selinux_special_fs=[], _ansible_version='2.14', _ansible_syslog_facility='LOG_USER', _ansible_module_name='x', _ansible_no_log=True, _ansible_check_mode=False, _ansible_debug=False, _ansible_diff=False, _ansible_verbosity=0, _ansible_socket=None, _ansible_shell_executable='/bin/sh', _ansible_tmpdir=d)
    basic._ANSIBLE_ARGS = json.dumps({'ANSIBLE_MODULE_ARGS': args}).encode()
    buf = io.StringIO()
    res = {}
    try:
        with contextlib.redirect_stdout(buf):
            mods[case['module']].main()
    except SystemExit:
        try: res = json.loads(buf.getvalue())
        except Exception: res = {'failed': True, 'msg': 'unparsable'}
    except Exception as e:
        res = {'failed': True, 'msg': 'crash %r' % e}
    after = open(p,'rb').read().decode('latin-1') if os.path.exists(p) else None
    out.append({'failed': bool(res.get('failed')), 'changed': bool(res.get('changed')), 'msg': str(res.get('msg','')).replace(p, '/f'), 'text': after, **({'found': res['found']} if 'found' in res else {})})
cases = json.load(open(sys.argv[1]))
with open(sys.argv[2], 'w') as f:
    f.write('[\n' + ',\n'.join(json.dumps(dict(case, then=then)) for case, then in zip(cases, out)) + '\n]\n')
