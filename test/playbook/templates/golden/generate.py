"""Writes random expressions for judge.py: python3 generate.py SEED COUNT SOURCES.json"""
import random,json,sys
seed=int(sys.argv[1]); count=int(sys.argv[2]); R=random.Random(seed)
NUM=['n','m','z','f','g','3','0','-2','2.0','10','0.1','1e3','7 // 2','n % 4','t','100','12345678','0.5','1.5','2.675']
STR=['s','s2','e','u','num','fl','path',"'abc'","'a,b,c'","'  pad '","'x=1'","'%s'","'ÀÉ'","'yes'","'True'","'[1, 2]'","'don\\'t'","'tab\\there'","ml","ver","'aaa'","'Foo Bar'","'0x1f'","' 12 '","'1_000'","'1e3'"]
LST=['l','ls','lm','el','nest','[1, 2, 2]',"['x', 'yy', 'zzz']",'(1, 2)','range(4)',"'a b c'.split()",'d.keys()','[t, 1, 1.0]','[[2, 1], [1, 2]]',"['10', '9', 1]"]
DCT=['d','ed','dd','dd2',"{'k': 'v'}","{1: 'one', 'two': 2}","dict(a=1, b=[2])",'users[0]','res']
LOD=['users','items',"[{'a': 1}, {'a': 2, 'b': 3}]"]
def pick(l): return R.choice(l)
def num(d=2):
    if d<=0 or R.random()<.3: return pick(NUM)
    k=R.randrange(13)
    if k<5: return '(%s %s %s)'%(num(d-1),pick(['+','-','*','/','//','%']),num(d-1))
    if k==5: return '%s|length'%pick([st,lst,dct])(d-1) if 0 else '(%s)|length'%pick([st,lst,dct])(d-1)
    if k==6: return '(%s)|int'%st(d-1)
    if k==7: return '(%s)|abs'%num(d-1)
    if k==8: return '(%s)|round(%d)'%(num(d-1),R.randrange(-1,3))
    if k==9: return '(%s ** %s)'%(num(d-1),pick(['2','0','3','0.5','-1']))
    if k==10: return '(%s)|float'%pick([st,num])(d-1)
    if k==11: return pick(['(%s)|sum','(%s)|max','(%s)|min'])%pick(['l','[1, 2.5]','range(5)','[n, m]',lst(0)])
    return "(%s).%s"%(st(d-1),pick(["find('a')","count('a')","index('a')","rfind('l')"]))
def st(d=2):
    if d<=0 or R.random()<.3: return pick(STR)
    k=R.randrange(16)
    a=st(d-1)
    if k==0: return '(%s ~ %s)'%(any_(d-1),any_(d-1))
    if k==1: return '(%s)|%s'%(a,pick(['upper','lower','title','capitalize','trim','string','reverse','quote','basename','dirname','b64encode','urlencode','md5','sha1','regex_escape','to_uuid','wordcount','striptags','comment','urldecode',"hash('sha256')"]))
    if k==2: return '(%s)|replace(%s, %s)'%(a,pick(["'a'","'l'","''","' '"]),pick(["'X'","''","'ab'"]))
    if k==3: return '(%s).%s()'%(a,pick(['upper','lower','title','capitalize','strip','swapcase','lstrip','rstrip','isdigit','isalpha','isupper','islower','isspace','istitle','isalnum','casefold','splitlines','split']))
    if k==4: return "(%s)[%s]"%(a,pick(['0','-1','1:3','::-1',':2','-3:','::2','5','1:100','-100:2']))
    if k==5: return "(%s)|%s"%(a,pick(['center(15)','truncate(5)','truncate(8, true)',"truncate(9, false, '~')",'indent(2)','indent(3, true)',"indent('> ', blank=true)",'wordwrap(6)','wordwrap(10, false)']))
    if k==6: return "'%s'|format(%s)"%(pick(['%d','%05d','%x','%.2f','%s','%r','%5s|','%-6s|','%e','%g','%+d','%o','%%%s','%c','%5.1f','%G','%#x']),any_(d-1))
    if k==7: return "'%s'.format(%s)"%(pick(['{}','{:>8}','{:<6}|','{:^9}','{0}-{0}','{:05d}','{:.2f}','{!r}','{:,}','{:x}','{:*^7}','{:+}','{:%}','{:e}','{:g}','{:#x}','{:8.3}','{:_}']),any_(d-1))
    if k==8: return '(%s)|join(%s)'%(lst(d-1),pick(["','","''","' - '"]))
    if k==9: return "(%s)|regex_replace(%s)"%(a,pick(["'[aeiou]', '*'","'(\\\\w+)', '<\\\\1>'","'^', '>'","'(?P<x>l+)', '[\\\\g<x>]'","'\\\\s+', ' '","'$', '!'","'a*', '-'","'b|', 'X'","'(?i)H', 'j'","'(.)(.)', '\\\\2\\\\1'","'\\\\b', '|'"]))
    if k==10: return "(%s)|%s"%(any_(d-1),pick(['to_json','to_nice_json','to_yaml','to_nice_yaml','string','to_json(sort_keys=true)','to_nice_yaml(indent=2)','to_yaml(default_flow_style=false)']))
    if k==11: return "(%s).%s"%(a,pick(["replace('a','b',1)","ljust(8,'.')","rjust(8)","zfill(6)","center(11,'*')","partition(',')","rpartition('.')","startswith('a')","endswith(('d','c'))","expandtabs(4)","rsplit(None,1)","split('a')","join(['1','2'])","strip('ad')","removeprefix('a')","rsplit('.',1)","split(None,1)"]))
    if k==12: return "(%s * %s)"%(a,pick(['2','0','3','-1']))
    if k==13: return "(%s %% %s)"%(pick(["'%s'","'%d items'","'%s-%s'","'%(a)s'","'%5.2f'"]),pick([num(d-1),'(%s, %s)'%(st(d-1),num(d-1)),'d',st(d-1)]))
    if k==14: return "(%s)|%s"%(num(d-1),pick(['human_readable','filesizeformat','filesizeformat(true)','human_readable(true)',"human_readable(unit='K')",'string']))
    return "(%s if %s else %s)"%(st(d-1),cond(d-1),st(d-1))
def lst(d=2):
    if d<=0 or R.random()<.3: return pick(LST)
    k=R.randrange(16); a=lst(d-1)
    if k==0: return '(%s)|%s'%(a,pick(['sort','unique','list','reverse','flatten','shuffle(seed=3)','flatten(levels=1)','first','last','sort(reverse=true)','unique(true)','sort(case_sensitive=true)',"map('string')|sort"]))
    if k==1: return '(%s)|%s(%s)'%(a,pick(['union','intersect','difference','symmetric_difference','zip','product']),lst(d-1))
    if k==2: return '(%s + %s)'%(a,lst(d-1))
    if k==3: return "(%s)|map('%s')|list"%(a,pick(['string','upper','int','length','type_debug','bool','to_json','first']))
    if k==4: return "(%s)|%s|list"%(a,pick(["select","reject","select('string')","reject('none')","select('number')","select('odd')","select('equalto', 1)","reject('in', [1, 'a'])","select('>', 1)","select('defined')","select('match', 'a')","select('sequence')","select('mapping')"]))
    if k==5: return "(%s)|%s"%(pick(LOD),pick(["map(attribute='name')|list","map(attribute='name', default='?')|list","selectattr('on')|list","selectattr('on', 'defined')|map(attribute='name')|list","rejectattr('on', 'defined')|list","selectattr('uid', '>', 1000)|list","sort(attribute='uid')","groupby('on', default=none)","groupby('on', default=false)","subelements('groups')","items2dict","selectattr('name', 'match', '[ab]')|list","sum(attribute='uid')","map(attribute='groups')|flatten","map('dict2items')|list","sort(attribute='name', reverse=true)","map(attribute='groups.0', default='-')|list","unique(attribute='on')|list","max(attribute='uid')","map('combine', {'z': 0})|list","json_query('x')|default(1)" if 0 else "length"]))
    if k==6: return "(%s)|dict2items"%dct(d-1)
    if k==7: return "(%s)%s"%(a,pick(['[1:]','[:-1]','[::2]','[0]','[-1]','[5]','[::-1]']))
    if k==8: return "(%s).%s"%(dct(d-1),pick(['keys()','values()','items()','keys() | list','items() | list','values() | sort']))
    if k==9: return "(%s)|dictsort"%dct(d-1)
    if k==10: return "(%s)|%s|list"%(a,pick(['batch(2)','slice(2)',"batch(2, 'x')","slice(3, 0)"]))
    if k==11: return "(%s)|regex_findall(%s)"%(st(d-1),pick(["'[a-z]+'","'(\\\\w)(\\\\d?)'","'x*'","'(l)'","'\\\\d+|b'"]))
    if k==12: return "(%s)|list"%pick([st,dct])(d-1)
    if k==13: return "[%s, %s]"%(any_(d-1),any_(d-1))
    if k==14: return "(%s).split(%s)"%(st(d-1),pick(["","','","'a'","' '"]))
    return "(%s)|%s"%(a,pick(["zip_longest([1], fillvalue='-')",'combinations(2)','permutations(2)',"product(repeat=2)","zip([1,2],[3,4])"]))
def dct(d=2):
    if d<=0 or R.random()<.35: return pick(DCT)
    k=R.randrange(7); a=dct(d-1)
    if k==0: return '(%s)|combine(%s)'%(a,dct(d-1))
    if k==1: return "(%s)|combine(%s, recursive=true%s)"%(a,dct(d-1),pick(['',", list_merge='append'",", list_merge='prepend_rp'",", list_merge='keep'",", list_merge='append_rp'"]))
    if k==2: return "(%s)|dict2items|items2dict"%a
    if k==3: return "{%s: %s}"%(pick([st(d-1),num(0)]),any_(d-1))
    if k==4: return "dict((%s)|zip(%s))"%(pick(['l','ls',"['p','q']"]),lst(d-1))
    if k==5: return "(%s)|%s"%(a,pick(["to_json|from_json","to_yaml|from_yaml"]))
    return "(%s).copy()"%a
def cond(d=1):
    k=R.randrange(10)
    if k<3: return '(%s %s %s)'%(any_(d-1),pick(['==','!=','<','>','<=','>=']),any_(d-1))
    if k==3: return '(%s %s %s)'%(any_(d-1),pick(['in','not in']),pick([lst,st,dct])(d-1))
    if k==4: return '(%s is %s%s)'%(any_(d-1),pick(['','not ']),pick(['defined','none','string','number','mapping','iterable','sequence','boolean','integer','float','truthy','falsy','odd','even','upper','lower','callable','true','false','truthy(convert_bool=true)']))
    if k==5: return 'not %s'%any_(d-1)
    if k==6: return '(%s %s %s)'%(any_(d-1),pick(['and','or']),any_(d-1))
    if k==7: return "(%s is %s)"%(st(d-1),pick(["match('[a-z]+')","search('l')","regex('o$')","search('HELLO', ignorecase=true)","url","uri","abs","version('1.2', '<')","version('1.10', 'ge')","search('\\\\d')"]))
    if k==8: return "(%s is %s(%s))"%(lst(d-1),pick(['subset','superset','contains','issubset']),pick([lst(d-1),num(0)]))
    return '(%s)|bool'%any_(d-1)
def any_(d=1):
    return pick([num,st,lst,dct,cond if d>0 else num])(d)
out=[]
seen=set()
while len(out)<count:
    e=pick([num,st,lst,dct,cond])(pick([1,1,2,2,3]))
    if len(e)>200 or e in seen or 'random' in e: continue
    seen.add(e); out.append(e)
json.dump(out,open(sys.argv[3],'w'),ensure_ascii=False)
